/** What data is made of, so that a run can tell later whether it is still the same. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { fileError } from '../files/file-error.js';
import { abortable } from '../interrupt.js';
import { openFile } from '../files/read-file.js';
import { IGNORE_LABEL, type Dataset, type Sample } from './dataset.js';
import { listedSamples } from './listed-samples.js';
import { composed } from './reading/file-index.js';

/** Files that are looked at at the same time. */
const PARALLEL_FILES = 16;

const bytes = z.int().min(0);
const values = z.array(z.int().min(0).max(255));
const sampleSchema = z.strictObject({
  id: z.string(),
  image: z.string(),
  imageBytes: bytes,
  imageDigest: z.string(),
  label: z.string().nullable(),
  labelBytes: bytes.nullable(),
  labelDigest: z.string().nullable(),
});
const classSchema = z.strictObject({
  name: z.string(),
  color: z.tuple([z.number(), z.number(), z.number()]),
  labelValues: values,
});

/**
 * A sample: its files relative to the root, with `/` and accents composed, their sizes, and digests of
 * 4 KiB each at their beginning, middle and end.
 */
export type SampleFacts = Readonly<z.infer<typeof sampleSchema>>;

/** A class: its name, its colour and the values in label maps that mean it. */
export type ClassFacts = Readonly<z.infer<typeof classSchema>>;

/**
 * The classes and the samples of some splits. File contents count by their size and by a digest of their
 * beginning, middle and end: another image is told from the first, a changed byte elsewhere in a large
 * file is not; to read all files whole would take minutes.
 */
export interface DataFingerprint {
  /** SHA-256 of the other fields as JSON. */
  readonly digest: string;
  readonly classes: readonly ClassFacts[];
  /** The label values that are allowed and ignored. */
  readonly ignoredValues: readonly number[];
  /** The samples by split, in their order. */
  readonly splits: Readonly<Record<string, readonly SampleFacts[]>>;
}

/** The form of a stored {@link DataFingerprint}. */
export const fingerprintSchema: z.ZodType<DataFingerprint> = z.strictObject({
  digest: z.string(),
  classes: z.array(classSchema),
  ignoredValues: values,
  splits: z.record(z.string(), z.array(sampleSchema)),
});

/** What is read of a file at each of three places. */
const SAMPLED_BYTES = 4096;

/** The size of a file, and a digest of its beginning, middle and end; all of it if it is small. */
async function contentOf(
  file: string,
): Promise<{ readonly size: number; readonly digest: string }> {
  try {
    const handle = await openFile(file);
    try {
      const { size } = await handle.stat();
      const last = Math.max(0, size - SAMPLED_BYTES);
      const places = [...new Set([0, Math.floor(last / 2), last])];
      const hash = createHash('sha256').update(String(size));
      const buffer = Buffer.alloc(SAMPLED_BYTES);
      for (const place of places) {
        const { bytesRead } = await handle.read(buffer, 0, SAMPLED_BYTES, place);
        hash.update(buffer.subarray(0, bytesRead));
      }
      return { size, digest: hash.digest('hex').slice(0, 16) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError('read', file, error);
  }
}

async function factsOf({ id, imageFile, labelFile }: Sample, root: string): Promise<SampleFacts> {
  const name = (file: string) => composed(path.relative(root, file).replaceAll(path.sep, '/'));
  const image = await contentOf(imageFile);
  const label = labelFile === undefined ? undefined : await contentOf(labelFile);
  return {
    id,
    image: name(imageFile),
    imageBytes: image.size,
    imageDigest: image.digest,
    label: labelFile === undefined ? null : name(labelFile),
    labelBytes: label?.size ?? null,
    labelDigest: label?.digest ?? null,
  };
}

/**
 * The fingerprint of a dataset's classes and of some of its splits.
 *
 * @param onWarning - is told of listed images that are not there
 * @throws {@link ConfigError} if there is no such split
 * @throws {@link DataError} if files are missing
 * @throws the signal's reason if it is aborted
 */
export async function fingerprint(
  dataset: Dataset,
  splits: readonly string[],
  signal?: AbortSignal,
  onWarning?: (text: string) => void,
): Promise<DataFingerprint> {
  const { trainIds, unknownValues } = dataset.labelTable;
  const valuesOf = (trainId: number) =>
    [...trainIds.keys()].filter(
      (value) => trainIds[value] === trainId && !unknownValues.includes(value),
    );
  const listed: Record<string, readonly SampleFacts[]> = {};
  for (const split of splits) {
    const { samples, warning } = await abortable(listedSamples(dataset, split), signal);
    if (warning !== undefined) {
      onWarning?.(warning);
    }
    const facts: SampleFacts[] = [];
    for (let i = 0; i < samples.length; i += PARALLEL_FILES) {
      const some = samples.slice(i, i + PARALLEL_FILES);
      const { root } = dataset.description;
      const listing = Promise.all(some.map((sample) => factsOf(sample, root)));
      facts.push(...(await abortable(listing, signal)));
    }
    listed[split] = facts;
  }
  const content = {
    classes: dataset.classes.map(({ name, color: [red, green, blue], trainId }): ClassFacts => {
      return { name, color: [red, green, blue], labelValues: valuesOf(trainId) };
    }),
    ignoredValues: valuesOf(IGNORE_LABEL),
    splits: listed,
  };
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { digest, ...content };
}
