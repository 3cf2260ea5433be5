/**
 * A trained network in one folder: its `model.json`, which says what the network is and what the other
 * files hold, by their checksums.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../check-options.js';
import { DataError } from '../errors.js';
import { findJsonFile, jsonText } from '../files/json-file.js';
import { readFile } from '../files/read-file.js';

/** The file that makes a folder that of a network. */
export const MODEL_FILE = 'model.json';

/** The architecture, which `retrain` and `cost` take as well. */
export const ARCHITECTURE_FILE = 'architecture.json';
/** The weights. */
export const WEIGHTS_FILE = 'weights.safetensors';
/** The scores of its evaluation. */
export const METRICS_FILE = 'metrics.json';
/** The model card. */
export const CARD_FILE = 'README.md';
/** The pictures of the card. */
export const PICTURES_FOLDER = 'pictures';

const FORMAT = 'autodeeplab-model';
const VERSION = 1;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const channel = z.int().min(0).max(255);
const text = z.string().min(1);

/** What a resume changed in the options; one entry for each resume that changed any. */
const change = z.strictObject({
  /** Steps done before. */
  afterStep: z.int(),
  /** Old and new values by the name of the option, such as `epochs`. */
  options: z.record(z.string(), z.strictObject({ before: z.unknown(), now: z.unknown() })),
});

/** Where and with what a network was trained; one entry for each process. */
const session = z.strictObject({
  library: z.string(),
  node: z.string(),
  platform: z.string(),
  processor: z.string(),
  cores: z.int(),
});

const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  name: text,
  /** The version of this library that wrote it. */
  library: text,
  /** An SPDX identifier or a sentence; null if nobody said. */
  license: text.nullable(),
  dataset: z.strictObject({
    kind: text,
    name: text,
    /** What the makers of the data ask of its users. */
    terms: text,
    /** The values of the label maps that mean a class, and how they are stored. */
    labelPng: z.enum(['grey', 'palette']),
    classes: z
      .array(
        z.strictObject({
          name: text,
          color: z.tuple([channel, channel, channel]),
          labelValues: z.array(channel),
        }),
      )
      .min(1),
  }),
  /** From the pixels of an image to what the network takes. */
  preprocessing: z.strictObject({
    channels: z.literal('RGB'),
    /** x = pixel · scale + offset. */
    scale: z.number(),
    offset: z.number(),
    /** The value of x where an image is padded, on the right and below. */
    padding: z.number(),
    /** Sizes are brought to the next 32·k + 1. */
    multiple: z.int(),
    remainder: z.int(),
    /** Images are read at this share of their size, or with this longer side. */
    resolution: z.union([z.number(), z.strictObject({ longerSide: z.int() })]),
  }),
  weights: z.strictObject({ type: z.enum(['float32', 'float16']), parameters: z.int() }),
  training: z.strictObject({
    seed: z.int(),
    /** The checkpoint that the weights are from: its step, and what validations had found by then. */
    checkpoint: z.strictObject({
      choice: z.enum(['best', 'last']),
      step: z.int(),
      epoch: z.int(),
      metrics: z.record(z.string(), z.number()),
    }),
    /** All options of the training, as they were at its end. */
    options: z.record(z.string(), z.unknown()),
    /** What resumes had changed in them, the first one first. */
    changes: z.array(change),
    sessions: z.array(session),
  }),
  /** SHA-256 of the other files by their path; the card is not among them and may be edited. */
  files: z.record(z.string(), digest),
});

/** The content of `model.json`, without its own checksum. */
export type ModelDocument = z.infer<typeof documentSchema>;

const storedSchema = documentSchema.extend({ sha256: digest });

/** SHA-256 as hexadecimal digits. */
export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The text of `model.json`. */
export function modelText(model: ModelDocument): string {
  // As it will be read: what JSON leaves out is left out of the checksum too.
  const plain = JSON.parse(JSON.stringify(model)) as ModelDocument;
  return jsonText({ ...plain, sha256: sha256(JSON.stringify(plain)) });
}

/**
 * Reads the document of a network's folder.
 *
 * @returns undefined if the folder is not one
 * @throws {@link DataError} if it is of another format or version, was edited or is damaged
 */
export async function findModel(folder: string): Promise<ModelDocument | undefined> {
  const file = join(folder, MODEL_FILE);
  const stored = await findJsonFile(file);
  if (stored === undefined) {
    return undefined;
  }
  const { format, version } = (stored ?? {}) as Record<string, unknown>;
  if (format !== FORMAT || version !== VERSION) {
    throw new DataError(
      `${file}: expected a network of the format ${FORMAT}, version ${VERSION}, got format ` +
        `${JSON.stringify(format ?? null)}, version ${JSON.stringify(version ?? null)}; write the folder with ` +
        'npx autodeeplab export --format model',
      file,
    );
  }
  const parsed = storedSchema.safeParse(stored);
  if (!parsed.success) {
    throw new DataError(
      `${file}: expected the description of a network, got ${describeIssue(parsed.error)}`,
      file,
    );
  }
  const { sha256: seal, ...document } = parsed.data;
  const fields = Object.entries(stored as object).filter(([name]) => name !== 'sha256');
  if (seal !== sha256(JSON.stringify(Object.fromEntries(fields)))) {
    throw new DataError(
      `${file}: expected the description as it was exported, got one that was edited or is damaged; export ` +
        'the network again (README.md is the file to edit)',
      file,
    );
  }
  return document;
}

/**
 * The bytes of a file of a network's folder.
 *
 * @param name - its path in the folder
 * @throws {@link DataError} if it is missing, or not what was exported
 */
export async function readModelFile(
  folder: string,
  model: ModelDocument,
  name: string,
): Promise<Uint8Array> {
  const file = join(folder, name);
  const bytes = await readFile(file);
  const expected = Object.hasOwn(model.files, name) ? model.files[name] : 'none';
  const got = sha256(bytes);
  if (got !== expected) {
    throw new DataError(
      `${file}: expected the checksum ${expected}, as ${MODEL_FILE} says, got ${got}; the file is damaged or ` +
        'of another network: copy the whole folder again, or export it again',
      file,
    );
  }
  return bytes;
}
