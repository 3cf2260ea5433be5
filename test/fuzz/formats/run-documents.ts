import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { RunDirectory } from '#lib/run/directory.js';
import { describeEnvironmentChange } from '#lib/run/environment.js';
import type { Files, FuzzFormat, Mutation } from '../format.js';
import { mutateJson } from '../mutate/json.js';
import { filesOf } from './temporary.js';

const DOCUMENTS = ['metrics', 'data', 'end'] as const;

async function writeRun(folder: string, seed: number): Promise<void> {
  const config = { dataset: { kind: 'folder', root: '/data' }, options: { steps: 5, crop: 33 } };
  const settings = { kind: 'retrain', config, seed, environment: { threads: 2 } };
  const run = await RunDirectory.create(folder, settings);
  await run.write('metrics', [{ split: 'val', meanIou: 0.5, perClass: [0.25, null] }]);
  await run.write('data', { train: { images: 2, digest: 'ab' }, seed });
  await run.write('end', { reason: 'steps', step: 5 });
  await run.close();
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** A document with one change, which the manifest then knows. */
const RESEAL: Mutation = {
  name: 'change a document and the manifest with it',
  isResealed: true,
  apply(files, random) {
    const name = `${DOCUMENTS[random.integer(DOCUMENTS.length)]}.json`;
    const changed = mutateJson(files[name].toString(), random);
    try {
      const manifest = JSON.parse(files['manifest.json'].toString()) as {
        sha256?: string;
        documents: Record<string, object>;
      };
      const { sha256: seal, ...content } = manifest;
      const document = Buffer.from(changed?.text ?? '');
      content.documents[name] = { sha256: sha256(document), before: null };
      const sealed = { ...content, sha256: seal && sha256(JSON.stringify(content)) };
      return { ...files, [name]: document, 'manifest.json': Buffer.from(JSON.stringify(sealed)) };
    } catch {
      return files; // the manifest is damaged already
    }
  },
};

/** What is read of a run, besides its checkpoints and its history. */
interface RunContent {
  readonly config: object;
  readonly documents: readonly unknown[];
}

/** The JSON documents of a run, which its manifest knows. */
export const RUN_DOCUMENTS: FuzzFormat = {
  name: 'run-documents',
  module: import.meta.url,
  readers: 'RunDirectory.open, RunDirectory.read, describeEnvironmentChange',
  async seeds() {
    const runs: Files[] = [];
    for (const seed of [1, 2]) {
      runs.push(await filesOf((folder) => writeRun(folder, seed)));
    }
    return runs;
  },
  structured: [RESEAL],
  isOnDisk: true,
  async read({ folder }): Promise<RunContent> {
    const run = await RunDirectory.open(folder);
    const documents: unknown[] = [];
    for (const name of DOCUMENTS) {
      documents.push(await run.read(name));
    }
    await describeEnvironmentChange(folder);
    return { config: { ...run.config, seed: run.seed }, documents };
  },
  promise: {
    what: 'the configuration and each document are as the run wrote them',
    holds(content, originals) {
      const { config, documents } = content as RunContent;
      return (originals as RunContent[]).some(
        (one) =>
          isDeepStrictEqual(config, one.config) && isDeepStrictEqual(documents, one.documents),
      );
    },
  },
  limitMiB: 256,
};
