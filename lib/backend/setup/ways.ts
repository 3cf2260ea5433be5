/** The ways to native TensorFlow; one that fails leaves the package as it was. */
import { existsSync } from 'node:fs';
import { BackendError } from '../../errors.js';
import { addonFile } from '../native-package.js';
import { probeNative } from '../probe.js';
import { ensureAddon } from './addon.js';
import type { SetupContext } from './context.js';
import { ensureLibtensorflow } from './libtensorflow.js';
import { wheelTarget, WINDOWS_ADVICE, type Variant } from './machine.js';
import {
  placeAddon,
  placementVersions,
  replaceCompiledPart,
  writePlacement,
  type Placement,
} from './placement.js';
import { downloadVendorBuild } from './vendor.js';

/** One set-up of one package. */
export interface SetupWork {
  readonly context: SetupContext;
  /** Folder of `@tensorflow/tfjs-node-gpu`. */
  readonly packageFolder: string;
  /** The best variant for this machine. */
  readonly wanted: Variant;
}

/** A way to native TensorFlow: returns one sentence on what is in place, or throws. */
export type Way = (work: SetupWork) => Promise<string>;

/** Loads what was just put in place, and throws if it does not work. */
async function checkAndNote(
  { context, packageFolder, wanted }: SetupWork,
  { source, variant, needs }: Pick<Placement, 'source' | 'variant' | 'needs'>,
): Promise<string> {
  context.onProgress('loading it once');
  const probe = await probeNative(packageFolder, context.environment);
  if (!probe.works) {
    throw new BackendError(`the ${source} build (${variant}) does not load: ${probe.reason}`);
  }
  const versions = placementVersions(packageFolder);
  writePlacement(packageFolder, { source, wanted, variant, needs, versions });
  const unused =
    variant === 'gpu' && probe.detail === 'cpu'
      ? '; it does not use the GPU: see the NVIDIA driver in environment.md'
      : '';
  return `native TensorFlow ${probe.version} is in place, on the ${probe.detail}${unused}`;
}

/** Says that there is no wheel for a machine such as `win32-x64`. */
export function missingWheel(
  variant: Variant,
  machine = `${process.platform}-${process.arch}`,
): string {
  const advice = machine.startsWith('win32') ? WINDOWS_ADVICE : 'use wasm';
  return `there is no TensorFlow wheel with a C library for ${machine} (${variant}); ${advice}`;
}

/** Builds the addon against the C library of TensorFlow's Python wheel. */
export function buildFromWheel(variant: Variant): Way {
  return async (work) => {
    const { context, packageFolder } = work;
    const target = wheelTarget();
    if (target?.packages[variant] === undefined) {
      throw new BackendError(missingWheel(variant));
    }
    const libtensorflow = await ensureLibtensorflow(context, target, variant);
    const addon = await ensureAddon(context, { packageFolder, libtensorflow, target, variant });
    return replaceCompiledPart(packageFolder, () => {
      const needs = placeAddon(packageFolder, libtensorflow, target.libraries, addon);
      return checkAndNote(work, { source: 'wheel', variant, needs });
    });
  };
}

/** Takes the vendor's prebuilt download. */
export function takeVendorBuild(variant: Variant): Way {
  return (work) =>
    replaceCompiledPart(work.packageFolder, async () => {
      await downloadVendorBuild(work.context, work.packageFolder, variant);
      return checkAndNote(work, { source: 'vendor', variant, needs: [] });
    });
}

/** Keeps a build that is there without a set-up of ours, for example one made by hand. */
export const keepExisting: Way = async ({ context, packageFolder }) => {
  const probe = await probeNative(packageFolder, context.environment);
  if (!probe.works) {
    throw new BackendError(`the earlier build does not load: ${probe.reason}`);
  }
  return `native TensorFlow ${probe.version} of an earlier build stays in place`;
};

/** All ways that this machine and package allow, the best one first. */
export function waysTo({ wanted, packageFolder }: SetupWork): readonly Way[] {
  const variants: readonly Variant[] = wanted === 'gpu' ? ['gpu', 'cpu'] : ['cpu'];
  return [
    ...variants.map(buildFromWheel),
    ...(existsSync(addonFile(packageFolder)) ? [keepExisting] : []),
    ...variants.map(takeVendorBuild),
  ];
}
