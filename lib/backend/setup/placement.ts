/** Puts a compiled addon and its C library into the package's folder, or restores what was there. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { addonFile, nodeApiVersion, packageVersion, helperFile } from '../native-package.js';
import type { Variant } from './machine.js';
import { ADDON_REVISION, TENSORFLOW_VERSION } from './versions.js';

/** What a set-up put into the package's folder; kept there as `deps/autodeeplab.json`. */
export interface Placement {
  /** `wheel`: built here from TensorFlow's wheel; `vendor`: the package's own old download. */
  readonly source: 'wheel' | 'vendor';
  /** The variant that was tried first; if `variant` differs, it did not work. */
  readonly wanted: Variant;
  readonly variant: Variant;
  /** Files that must exist; those of the wheel are in the cache. */
  readonly needs: readonly string[];
  /** Versions that it was made for; another version requires a new set-up. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The versions that a placement depends on, as they are now. */
export function placementVersions(packageFolder: string): Readonly<Record<string, string>> {
  return {
    tfjs: packageVersion(packageFolder),
    tensorflow: TENSORFLOW_VERSION,
    nodeApi: String(nodeApiVersion()),
    addon: String(ADDON_REVISION),
  };
}

function placementFile(packageFolder: string): string {
  return join(packageFolder, 'deps', 'autodeeplab.json');
}

/** What the last set-up put there, if it finished. */
export function readPlacement(packageFolder: string): Placement | undefined {
  try {
    return JSON.parse(readFileSync(placementFile(packageFolder), 'utf8')) as Placement;
  } catch {
    return undefined;
  }
}

/** Notes that the set-up finished. */
export function writePlacement(packageFolder: string, placement: Placement): void {
  const text = `${JSON.stringify(placement, undefined, 2)}\n`;
  const file = placementFile(packageFolder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.partial`, text);
  renameSync(`${file}.partial`, file);
}

/** True if a finished set-up for `wanted` is in place and all files it needs exist. */
export function isPlaced(packageFolder: string, wanted: Variant): boolean {
  const placement = readPlacement(packageFolder);
  return (
    placement?.wanted === wanted &&
    JSON.stringify(placement.versions) === JSON.stringify(placementVersions(packageFolder)) &&
    [addonFile(packageFolder), ...placement.needs].every((file) => existsSync(file))
  );
}

/** The package's folders that a set-up replaces. */
const REPLACED = ['deps', 'lib'];

function restorePrevious(packageFolder: string): void {
  for (const name of REPLACED) {
    const previous = join(packageFolder, `${name}.previous`);
    if (existsSync(previous)) {
      rmSync(join(packageFolder, name), { recursive: true, force: true });
      renameSync(previous, join(packageFolder, name));
    }
  }
}

/**
 * Runs `replace` on a package whose compiled part is moved aside, and restores it if that fails. An
 * interrupted run is undone first.
 *
 * @throws what `replace` throws
 */
export async function replaceCompiledPart<T>(
  packageFolder: string,
  replace: () => Promise<T>,
): Promise<T> {
  restorePrevious(packageFolder);
  for (const name of REPLACED) {
    const folder = join(packageFolder, name);
    // Empty folders stand for missing ones, so that restoring removes what `replace` left.
    mkdirSync(folder, { recursive: true });
    renameSync(folder, `${folder}.previous`);
  }
  try {
    const result = await replace();
    for (const name of REPLACED) {
      rmSync(join(packageFolder, `${name}.previous`), { recursive: true, force: true });
    }
    return result;
  } catch (error) {
    restorePrevious(packageFolder);
    throw error;
  }
}

/**
 * Links the C library into the package's folder and copies the addon to where the package looks.
 *
 * @param packageFolder - folder of `@tensorflow/tfjs-node-gpu`
 * @param libtensorflow - folder of the C library in the cache
 * @param libraries - names of its files
 * @param addon - folder of the compiled addon in the cache
 * @returns the files of the cache that are needed from now on
 */
export function placeAddon(
  packageFolder: string,
  libtensorflow: string,
  libraries: readonly string[],
  addon: string,
): readonly string[] {
  const helper = helperFile(packageFolder);
  const binding = addonFile(packageFolder);
  mkdirSync(dirname(helper), { recursive: true });
  mkdirSync(dirname(binding), { recursive: true });
  const needs = libraries.map((name) => join(libtensorflow, 'tensorflow', name));
  for (const file of needs) {
    symlinkSync(file, join(dirname(helper), basename(file)));
  }
  const nvidia = join(libtensorflow, 'nvidia');
  if (existsSync(nvidia)) {
    symlinkSync(nvidia, join(packageFolder, 'deps', 'nvidia'));
  }
  if (existsSync(join(addon, basename(helper)))) {
    copyFileSync(join(addon, basename(helper)), helper);
  }
  copyFileSync(join(addon, basename(binding)), binding);
  return needs;
}
