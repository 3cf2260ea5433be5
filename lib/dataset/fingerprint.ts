/** What data is made of, so that a run can tell later whether it is still the same. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fileError } from '../files/file-error.js';
import { IGNORE_LABEL, type Dataset, type Sample } from './dataset.js';
import { composed } from './reading/file-index.js';

/** Files whose sizes are asked for at the same time. */
const PARALLEL_FILES = 16;

const bytes = z.int().min(0);
const values = z.array(z.int().min(0).max(255));
const sampleSchema = z.strictObject({
  id: z.string(),
  image: z.string(),
  imageBytes: bytes,
  label: z.string().nullable(),
  labelBytes: bytes.nullable(),
});
const classSchema = z.strictObject({
  name: z.string(),
  color: z.tuple([z.number(), z.number(), z.number()]),
  labelValues: values,
});

/** A sample: its files relative to the root, with `/` and accents composed, and their sizes. */
export type SampleFacts = Readonly<z.infer<typeof sampleSchema>>;

/** A class: its name, its colour and the values in label maps that mean it. */
export type ClassFacts = Readonly<z.infer<typeof classSchema>>;

/**
 * The classes and the samples of some splits. File contents count by their size only: to read them
 * all would take minutes.
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

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw fileError('read', file, error);
  }
}

async function factsOf({ id, imageFile, labelFile }: Sample, root: string): Promise<SampleFacts> {
  const name = (file: string) => composed(path.relative(root, file).replaceAll(path.sep, '/'));
  return {
    id,
    image: name(imageFile),
    imageBytes: await sizeOf(imageFile),
    label: labelFile === undefined ? null : name(labelFile),
    labelBytes: labelFile === undefined ? null : await sizeOf(labelFile),
  };
}

/**
 * The fingerprint of a dataset's classes and of some of its splits.
 *
 * @throws {@link ConfigError} if there is no such split
 * @throws {@link DataError} if files are missing
 */
export async function fingerprint(
  dataset: Dataset,
  splits: readonly string[],
): Promise<DataFingerprint> {
  const { trainIds, unknownValues } = dataset.labelTable;
  const valuesOf = (trainId: number) =>
    [...trainIds.keys()].filter(
      (value) => trainIds[value] === trainId && !unknownValues.includes(value),
    );
  const listed: Record<string, readonly SampleFacts[]> = {};
  for (const split of splits) {
    const samples = await dataset.samples(split);
    const facts: SampleFacts[] = [];
    for (let i = 0; i < samples.length; i += PARALLEL_FILES) {
      const some = samples.slice(i, i + PARALLEL_FILES);
      const { root } = dataset.description;
      facts.push(...(await Promise.all(some.map((sample) => factsOf(sample, root)))));
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
