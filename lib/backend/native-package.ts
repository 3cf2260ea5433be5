/** Where the native package is, and whether its compiled part is in place. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The npm package that binds TensorFlow's C library; it serves CPU and GPU. */
export const NATIVE_PACKAGE = '@tensorflow/tfjs-node-gpu';

/** The command that builds the native backend. */
export const SETUP_COMMAND = 'npx autodeeplab setup';

/** The command that brings the native package back where its own install script failed. */
export const INSTALL_COMMAND = `npm install --ignore-scripts --save-optional ${NATIVE_PACKAGE}@4.22.0`;

/** The newest Node-API version that the package's source is written for. */
const NEWEST_NODE_API = 8;

/** The folder of the native package, undefined if it is not installed. */
export function findNativePackage(): string | undefined {
  try {
    return dirname(require.resolve(`${NATIVE_PACKAGE}/package.json`));
  } catch {
    return undefined;
  }
}

/** The version in a package folder's package.json. */
export function packageVersion(folder: string): string {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The Node-API version that the addon is compiled for: 8, since Node 16. */
export function nodeApiVersion(): number {
  return Math.min(Number(process.versions.napi ?? 0), NEWEST_NODE_API);
}

/** Where the package looks for its compiled addon. */
export function addonFile(packageFolder: string): string {
  return join(packageFolder, 'lib', `napi-v${nodeApiVersion()}`, 'tfjs_binding.node');
}

/** Where the set-up puts the helper that is loaded before TensorFlow (`setup/native/helper.cc`). */
export function helperFile(packageFolder: string): string {
  return join(packageFolder, 'deps', 'lib', 'helper.node');
}

/** What keeps the native backend from being loaded, and the command that fixes it. */
export interface NativeProblem {
  readonly reason: string;
  /** The command that fixes it. */
  readonly fix: string;
  /** True if the set-up can fix it. */
  readonly canBeSetUp: boolean;
}

/**
 * Finds what keeps the native backend from being loaded, without loading it.
 *
 * @param packageFolder - what {@link findNativePackage} gave
 */
export function findNativeProblem(packageFolder: string | undefined): NativeProblem | undefined {
  if (packageFolder === undefined) {
    return {
      reason: `the package ${NATIVE_PACKAGE} is not installed`,
      fix: `run: ${INSTALL_COMMAND} && ${SETUP_COMMAND}`,
      canBeSetUp: false,
    };
  }
  return existsSync(addonFile(packageFolder))
    ? undefined
    : { reason: 'it is not built', fix: `run: ${SETUP_COMMAND}`, canBeSetUp: true };
}
