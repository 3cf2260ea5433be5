/**
 * Where this package lies, and whether it is built. Apart from what needs the compiler: loading that takes a
 * third of the time in which the command line starts.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The name of this package. */
export const PACKAGE_NAME = 'autodeeplab';

/** The folder of this package: the one with its package.json. */
export const PACKAGE_FOLDER = fileURLToPath(new URL('../../..', import.meta.url)).replace(
  /[\\/]$/,
  '',
);

/** The folder of the project: that in whose `node_modules` this package lies, or its own checkout. */
export const PROJECT_FOLDER = PACKAGE_FOLDER.replace(/[\\/]node_modules[\\/].*$/, '');

/** Says what is missing if the package was not built; undefined if nothing is. */
export function missingBuild(): string | undefined {
  const isBuilt = ['index.js', 'index.d.ts'].every((file) =>
    existsSync(join(PACKAGE_FOLDER, 'dist', file)),
  );
  return isBuilt
    ? undefined
    : `the package ${PACKAGE_NAME} is not built: run \`npm run build\` in ${PACKAGE_FOLDER}`;
}
