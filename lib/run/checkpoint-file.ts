/**
 * A checkpoint: all that a run needs to resume, in one safetensors file that carries its checksum.
 */
import { createHash } from 'node:crypto';
import { ConfigError, DataError } from '../errors.js';
import { firstNonFinite, type NamedArray, type NamedArrays } from '../files/arrays.js';
import { readSafetensors, safetensorsPieces, writeSafetensors } from '../files/safetensors.js';
import { libraryVersion } from './version.js';

/** Names the kind of file in its metadata. */
const FORMAT = 'autodeeplab-checkpoint';
const VERSION = '1';

/** Stands for the checksum while the checksum is computed. */
const UNSEALED = '0'.repeat(64);

/** The state of a run after some step. */
export interface Checkpoint {
  /** Steps done, over all epochs. */
  readonly step: number;
  /** Epochs done. */
  readonly epoch: number;
  /** The best scores so far, by name; NaN and infinities are kept. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Anything else that the run needs to resume, as JSON; null for nothing. */
  readonly extra: unknown;
  /** Arrays in groups such as `weights`, `optimizer`; a group's name has no slash. */
  readonly groups: Readonly<Record<string, NamedArrays>>;
  /** The run that it belongs to, as its manifest names it; undefined if it belongs to none. */
  readonly run?: string | undefined;
}

/** A checkpoint that was read, with who wrote it. */
export interface StoredCheckpoint extends Checkpoint {
  /** The version of this library that wrote it. */
  readonly libraryVersion: string;
}

/** The part of a checkpoint that is not arrays, as it is stored. */
interface Description {
  readonly step: number;
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, number | string>>;
  readonly extra: unknown;
  readonly groups: readonly string[];
  readonly run?: string | undefined;
  readonly libraryVersion: string;
}

/** SHA-256 of the file with these arrays, its checksum left out. */
function checksum(arrays: NamedArrays, metadata: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const piece of safetensorsPieces(arrays, { ...metadata, sha256: UNSEALED })) {
    hash.update(piece);
  }
  return hash.digest('hex');
}

/** All arrays of all groups, each under `<group>/<name>`. */
function flatten(groups: Checkpoint['groups']): NamedArrays {
  const entries = Object.entries(groups).flatMap(([group, arrays]) => {
    if (group === '' || group.includes('/')) {
      throw new ConfigError(`checkpoint: expected a group name without "/", got "${group}"`);
    }
    return Object.entries(arrays).map(([name, array]) => [`${group}/${name}`, array] as const);
  });
  return Object.fromEntries(entries);
}

/** The arrays back in their groups; undefined if one is of a group that is not listed. */
function regroup(arrays: NamedArrays, names: readonly string[]): Checkpoint['groups'] | undefined {
  const groups = new Map(names.map((name) => [name, [] as [string, NamedArray][]]));
  for (const [name, array] of Object.entries(arrays)) {
    const slash = name.indexOf('/');
    const group = groups.get(name.slice(0, slash));
    if (group === undefined) {
      return undefined;
    }
    group.push([name.slice(slash + 1), array]);
  }
  return Object.fromEntries([...groups].map(([name, list]) => [name, Object.fromEntries(list)]));
}

/** A number as JSON, which has neither NaN nor infinities: those as texts. */
function numberToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** True for what {@link numberToJson} gives. */
function isStoredNumber(value: unknown): value is number | string {
  return typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value as string);
}

/** Checks the description, as it comes from a file. */
function isDescription(value: unknown): value is Description {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const {
    step,
    epoch,
    metrics,
    groups,
    run,
    libraryVersion: version,
  } = value as Partial<Description>;
  return (
    [step, epoch].every((count) => Number.isSafeInteger(count) && (count ?? -1) >= 0) &&
    typeof metrics === 'object' &&
    Object.values(metrics ?? { missing: null }).every(isStoredNumber) &&
    Array.isArray(groups) &&
    groups.every((group) => typeof group === 'string') &&
    ['string', 'undefined'].includes(typeof run) &&
    typeof version === 'string'
  );
}

/** The description in a text; undefined if it is not one. */
function parseDescription(text: string): Description | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isDescription(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a checkpoint, in one step.
 *
 * @throws {@link ConfigError} if a step, an epoch or a group's name is not usable
 * @throws {@link DataError} if the file cannot be written; what was there before stays
 */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const { step, epoch, metrics, extra, groups, run } = checkpoint;
  const description = {
    step,
    epoch,
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, numberToJson(value)]),
    ),
    extra: extra ?? null,
    groups: Object.keys(groups),
    ...(run !== undefined && { run }),
    libraryVersion: libraryVersion(),
  };
  if (!isDescription(description)) {
    throw new ConfigError(
      `checkpoint: expected whole numbers ≥ 0 as step and epoch, got ${step} and ${epoch}`,
    );
  }
  const arrays = flatten(groups);
  const metadata = {
    format: FORMAT,
    version: VERSION,
    checkpoint: JSON.stringify(description),
  };
  await writeSafetensors(file, arrays, { ...metadata, sha256: checksum(arrays, metadata) });
}

/**
 * Reads and verifies a checkpoint.
 *
 * @throws {@link DataError} if the file is missing, cut off, damaged or something else, or if it
 *   holds NaN or an infinity
 */
export async function readCheckpoint(file: string): Promise<StoredCheckpoint> {
  const { arrays, metadata } = await readSafetensors(file);
  const { sha256, ...rest } = metadata;
  const { format, version, checkpoint } = rest;
  if (format !== FORMAT || version !== VERSION || checkpoint === undefined) {
    throw new DataError(
      `${file}: expected a checkpoint of version ${VERSION}, ` +
        `got format "${format ?? 'unknown'}", version "${version ?? 'unknown'}"`,
      file,
    );
  }
  const computed = checksum(arrays, rest);
  if (computed !== sha256) {
    throw new DataError(
      `${file}: expected the checksum ${sha256 ?? '(none)'}, got ${computed}; the file is damaged`,
      file,
    );
  }
  const wrong = firstNonFinite(arrays);
  if (wrong !== undefined) {
    throw new DataError(
      `${file}: expected finite numbers, got ${wrong.value} in ${wrong.name}; the training ` +
        "diverged before it was written; take another checkpoint, such as { checkpoint: 'best' }",
      file,
    );
  }
  const description = parseDescription(checkpoint);
  const groups = description === undefined ? undefined : regroup(arrays, description.groups);
  if (description === undefined || groups === undefined) {
    throw new DataError(`${file}: expected a description of a checkpoint in its metadata`, file);
  }
  return {
    step: description.step,
    epoch: description.epoch,
    metrics: Object.fromEntries(
      Object.entries(description.metrics).map(([name, value]) => [name, Number(value)]),
    ),
    extra: description.extra,
    groups,
    ...(description.run !== undefined && { run: description.run }),
    libraryVersion: description.libraryVersion,
  };
}
