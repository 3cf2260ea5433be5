/** Images that two sets of samples have in common, under whatever names. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { openFile, readFile } from '../../files/read-file.js';
import type { Sample } from '../dataset.js';
import { withoutExtension } from '../reading/files.js';
import { inParallel } from './in-parallel.js';

/** One image in both sets. */
export interface SharedImage {
  /** Its ids in the first set and in the second. */
  readonly ids: readonly [string, string];
}

/** Samples of the first set and of the second whose files may be equal. */
type Pair = readonly [readonly Sample[], readonly Sample[]];

/** Bytes that are compared before whole files are read. */
const HEAD_BYTES = 16 * 1024;

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');

/** What equal files have in common, the cheapest first. */
const KEYS: readonly ((file: string) => Promise<string>)[] = [
  async (file) => String((await stat(file)).size),
  async (file) => {
    const handle = await openFile(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return hashOf(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  },
  async (file) => hashOf(await readFile(file)),
];

/**
 * The images whose files are equal, byte for byte: the same file, a copy or a link.
 *
 * Only files of a size that occurs on both sides are opened.
 *
 * @returns one entry per image of the second set that the first has too
 * @throws the signal's reason if it is aborted
 */
export async function equalImages(
  first: readonly Sample[],
  second: readonly Sample[],
  signal?: AbortSignal,
): Promise<SharedImage[]> {
  let candidates: readonly Pair[] = [[first, second]];
  for (const keyOf of KEYS) {
    const refined: Pair[] = [];
    for (const [ours, theirs] of candidates) {
      const byKey = await grouped(ours, keyOf, signal);
      const others = await grouped(theirs, keyOf, signal);
      for (const [key, samples] of others) {
        const twins = byKey.get(key);
        if (twins !== undefined) {
          refined.push([twins, samples]);
        }
      }
    }
    candidates = refined;
  }
  return candidates.flatMap(([ours, theirs]) => pairUp(ours, theirs));
}

/** Pairs each of theirs with ours of the same id, or else with any: all of them are equal. */
function pairUp(ours: readonly Sample[], theirs: readonly Sample[]): SharedImage[] {
  const ids = new Set(ours.map(({ id }) => id));
  return theirs.map(({ id }) => ({ ids: [ids.has(id) ? id : ours[0].id, id] }));
}

/**
 * The images of the second set whose key an image of the first has too.
 *
 * @param keyOf - equal for equal images; undefined where nothing is known
 */
export function imagesWithEqualKeys(
  first: readonly Sample[],
  second: readonly Sample[],
  keyOf: (sample: Sample) => string | undefined,
): SharedImage[] {
  const groups = groupBy(first, keyOf);
  return [...groupBy(second, keyOf)].flatMap(([key, theirs]) => {
    const ours = groups.get(key);
    return ours === undefined ? [] : pairUp(ours, theirs);
  });
}

/** Samples by a key; those without one are left out. */
function groupBy(
  samples: readonly Sample[],
  keyOf: (sample: Sample, position: number) => string | undefined,
): Map<string, Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const [position, sample] of samples.entries()) {
    const key = keyOf(sample, position);
    if (key !== undefined) {
      const group = groups.get(key) ?? [];
      group.push(sample);
      groups.set(key, group);
    }
  }
  return groups;
}

/** Samples by what their image files have in common; files that cannot be read are left out. */
async function grouped(
  samples: readonly Sample[],
  keyOf: (file: string) => Promise<string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, Sample[]>> {
  const keys = await inParallel(
    samples,
    ({ imageFile }) => keyOf(imageFile).catch(() => undefined),
    { signal },
  );
  return groupBy(samples, (_, position) => keys[position]);
}

/**
 * The images of one folder whose names differ only in spelling: case, Unicode form, blanks or
 * extension. They are usually one image in two forms.
 */
export function alikeImages(first: readonly Sample[], second: readonly Sample[]): SharedImage[] {
  const byName = new Map(first.map((sample) => [plainName(sample), sample]));
  return second.flatMap((sample) => {
    const twin = byName.get(plainName(sample));
    return twin === undefined || twin.imageFile === sample.imageFile
      ? []
      : [{ ids: [path.basename(twin.imageFile), path.basename(sample.imageFile)] }];
  });
}

function plainName({ imageFile }: Sample): string {
  return withoutExtension(imageFile).normalize('NFC').toLowerCase().replace(/\s+/g, '');
}
