/**
 * Lets cells write `import { … } from 'autodeeplab'`, with types, wherever the notebook lies.
 *
 * tslab looks for packages in `node_modules` folders only, as Node did before it knew `exports`, so
 * it would not find the package in its own checkout or from a folder elsewhere. Where no such folder
 * holds the package, this module shows the compiler one, and gives cells the package when they ask
 * for it; likewise two packages whose objects this one takes and gives, and the types of Node.
 * Nothing is written to disk.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendError } from '../../errors.js';
import { missingBuild, PACKAGE_FOLDER, PACKAGE_NAME as NAME } from './package-folder.js';
import { TSLAB_FOLDER, typescript as ts } from './tslab.js';

/**
 * Packages that come in two forms, of which this library loads the one for `import`; cells would
 * load the other, and an object of one is no instance of the classes of the other.
 */
const SHARED = ['apache-arrow'];

/** The folder of a package in the nearest `node_modules` above `folder`; undefined if none has it. */
export function installedFolder(name: string, folder: string): string | undefined {
  const candidate = join(folder, 'node_modules', name);
  const parent = dirname(folder);
  if (existsSync(join(candidate, 'package.json'))) {
    return candidate;
  }
  return parent === folder ? undefined : installedFolder(name, parent);
}

/**
 * The folder `@types` to provide for notebooks in `folder`, so that cells know `console`.
 *
 * tslab falls back on the types in its own folder, but npm leaves them out there where the project
 * has the same version of them.
 */
function missingTypes(folder: string): readonly (readonly [string, string])[] {
  const node = installedFolder('@types/node', TSLAB_FOLDER);
  const isFound =
    installedFolder('@types/node', folder) !== undefined ||
    node === join(TSLAB_FOLDER, 'node_modules', '@types', 'node');
  return node === undefined || isFound ? [] : [['@types', dirname(node)]];
}

/** The packages to provide for notebooks in `folder`, with where they are. */
function missingPackages(folder: string): ReadonlyMap<string, string> {
  const missing = [NAME, 'apache-arrow', '@tensorflow/tfjs-core'].filter(
    (name) => installedFolder(name, folder) === undefined,
  );
  const packages = missing.flatMap((name) => {
    const found = name === NAME ? PACKAGE_FOLDER : installedFolder(name, PACKAGE_FOLDER);
    return found === undefined ? [] : [[name, found] as const];
  });
  return new Map([...packages, ...missingTypes(folder)]);
}

/** The functions of the compiler's file system that are shown packages. */
const FORWARDED = [
  'fileExists',
  'readFile',
  'directoryExists',
  'getDirectories',
  'realpath',
  'watchFile',
];

type PathFunction = (path: string, ...rest: never[]) => unknown;

/** Shows the compiler packages as if they were in `<folder>/node_modules`. */
function showToCompiler(folder: string, packages: ReadonlyMap<string, string>): void {
  const modules = `${folder.split(sep).join('/').replace(/\/$/, '')}/node_modules/`;
  const forward = (path: string): string => {
    const inside = path.startsWith(modules) ? path.slice(modules.length) : '';
    for (const [name, target] of packages) {
      if (inside === name || inside.startsWith(`${name}/`)) {
        return target + inside.slice(name.length);
      }
    }
    return path;
  };
  const system = ts.sys as unknown as Record<string, PathFunction>;
  for (const name of FORWARDED) {
    const original = system[name];
    system[name] = (path, ...rest) => original(forward(path), ...rest);
  }
}

/** The file that `import` in this library loads for a package that comes in two forms. */
function sharedFile(name: string): string | undefined {
  return SHARED.includes(name) ? fileURLToPath(import.meta.resolve(name)) : undefined;
}

/**
 * Prepares the compiler for notebooks in `folder`; to be called before it is made.
 *
 * @returns wraps the `require` of the cells
 */
export function providePackage(folder: string): (original: NodeJS.Require) => NodeJS.Require {
  const packages = missingPackages(folder);
  if (packages.size > 0) {
    showToCompiler(folder, packages);
  }
  const own = createRequire(join(PACKAGE_FOLDER, 'package.json'));
  const load = (original: NodeJS.Require, name: string): unknown => {
    if (name === NAME && packages.has(NAME)) {
      const missing = missingBuild();
      if (missing !== undefined) {
        throw new BackendError(missing);
      }
    }
    return (packages.has(name) ? own : original)(sharedFile(name) ?? name);
  };
  return (original) =>
    new Proxy(original, { apply: (target, _self, [name]: [string]) => load(target, name) });
}
