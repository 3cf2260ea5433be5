/**
 * What the documents of a run were when the run wrote them: its `manifest.json`. A document that was
 * edited, exchanged or damaged since is told from one that the run wrote.
 */
import { createHash, randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { DataError } from '../errors.js';
import { errorCode, fileError } from '../files/file-error.js';
import { findJsonFile, writeJsonFile } from '../files/json-file.js';
import { readFile } from '../files/read-file.js';

/** The name of the file in the run's folder. */
export const MANIFEST = 'manifest.json';

const VERSION = 1;

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const contentSchema = z.strictObject({
  version: z.literal(VERSION),
  /** Tells this run from all others. */
  run: z.uuid(),
  /** The configuration as it was written, to say what an edited one changed. */
  config: z.unknown(),
  /** What it was before, while a resume changes it. */
  configBefore: z.unknown(),
  /** SHA-256 of each document by its file name, and of what it held before, while it is replaced. */
  documents: z.record(z.string(), z.strictObject({ sha256: digest, before: digest.nullable() })),
});

type Content = z.infer<typeof contentSchema>;

const storedSchema = contentSchema.extend({ sha256: digest });

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What follows from a document that is not what the run wrote. */
const ADVICE = 'restore the file, or start a new run in another folder';

/** Documents that are made again when they are not there, with what follows from that. */
const REMADE: Readonly<Record<string, string>> = {
  'metrics.json': 'restore the file, or move it away to begin a new list of evaluations',
  'labels.json': 'restore the file, or move it away to have the label maps looked at again',
  'class-counts.json': 'restore the file, or move it away to have the label maps counted again',
  'architecture.json':
    'restore the file, or move it away and decode the search again; to retrain an architecture of ' +
    'your own, keep it in a file outside of a run',
};

/** The manifest of one run. */
export class Manifest {
  private constructor(
    private readonly folder: string,
    private content: Content,
  ) {}

  /** Begins the manifest of a new run. */
  static async create(folder: string, config: unknown): Promise<Manifest> {
    const content: Content = {
      version: VERSION,
      run: randomUUID(),
      config,
      configBefore: null,
      documents: {},
    };
    const manifest = new Manifest(folder, content);
    await manifest.write();
    return manifest;
  }

  /**
   * Reads the manifest of a run.
   *
   * @returns undefined if there is none
   * @throws {@link DataError} if it is damaged or was edited
   */
  static async find(folder: string): Promise<Manifest | undefined> {
    const file = join(folder, MANIFEST);
    const stored = await findJsonFile(file);
    if (stored === undefined) {
      return undefined;
    }
    const parsed = storedSchema.safeParse(stored);
    const { sha256: seal, ...content } = parsed.data ?? ({} as z.infer<typeof storedSchema>);
    if (!parsed.success || seal !== sha256(JSON.stringify(content))) {
      throw new DataError(
        `${file}: expected the list of this run's documents as the run wrote it, got one that was ` +
          `edited or is damaged; ${ADVICE}`,
        file,
      );
    }
    return new Manifest(folder, content);
  }

  /**
   * Reads the manifest of a run that must have one.
   *
   * @throws {@link DataError} if it is missing, damaged or was edited
   */
  static async open(folder: string): Promise<Manifest> {
    const manifest = await Manifest.find(folder);
    if (manifest === undefined) {
      const file = join(folder, MANIFEST);
      throw new DataError(
        `${file}: expected the list of this run's documents, got no such file; ${ADVICE}`,
        file,
      );
    }
    return manifest;
  }

  /** The name of the run, different from that of all others. */
  get run(): string {
    return this.content.run;
  }

  /** The configuration as the run wrote it. */
  get config(): unknown {
    return this.content.config;
  }

  /** The configuration before a resume changed it; null if none did. */
  get configBefore(): unknown {
    return this.content.configBefore;
  }

  /** Announces another configuration; until it is written, the one before is right as well. */
  async announceConfig(config: unknown, before: unknown): Promise<void> {
    this.content = { ...this.content, config, configBefore: before };
    await this.write();
  }

  /**
   * Announces what a document is about to hold. Until it does, what it held before is right as well,
   * so that a program killed in between leaves nothing that looks edited.
   */
  async announce(name: string, text: string): Promise<void> {
    const { documents } = this.content;
    const before = await readFile(join(this.folder, name)).catch(() => undefined);
    const entry = { sha256: sha256(text), before: before ? sha256(before) : null };
    this.content = { ...this.content, documents: { ...documents, [name]: entry } };
    await this.write();
  }

  /** Whether the run has written a document. */
  lists(name: string): boolean {
    return Object.hasOwn(this.content.documents, name);
  }

  /** Whether the text of a document is what the run wrote. */
  isIntact(name: string, text: string | Uint8Array): boolean {
    const { documents } = this.content;
    const entry = this.lists(name) ? documents[name] : undefined;
    const found = sha256(text);
    return entry?.sha256 === found || entry?.before === found;
  }

  /**
   * Checks a document; a missing one is left to its reader.
   *
   * @throws {@link DataError} if it is not what the run wrote
   */
  async check(name: string): Promise<void> {
    const file = join(this.folder, name);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        return;
      }
      throw fileError('read', file, error);
    }
    if (!this.isIntact(name, bytes)) {
      throw new DataError(
        `${file}: expected the file as this run wrote it, got one that was edited, exchanged or ` +
          `damaged; ${Object.hasOwn(REMADE, name) ? REMADE[name] : ADVICE}`,
        file,
      );
    }
  }

  /** Checks all documents, see {@link Manifest.check}. */
  async checkAll(): Promise<void> {
    for (const name of Object.keys(this.content.documents)) {
      await this.check(name);
    }
  }

  private async write(): Promise<void> {
    const { content } = this;
    // As it will be read: what JSON leaves out is left out of the checksum too.
    const plain = JSON.parse(JSON.stringify(content)) as Content;
    await writeJsonFile(join(this.folder, MANIFEST), {
      ...plain,
      sha256: sha256(JSON.stringify(plain)),
    });
  }
}

/**
 * Checks a file, if it is a document of the run in its folder.
 *
 * @throws {@link DataError} if it is not what the run wrote
 */
export async function checkDocument(file: string): Promise<void> {
  const manifest = await Manifest.find(dirname(file));
  if (manifest?.lists(basename(file))) {
    await manifest.check(basename(file));
  }
}
