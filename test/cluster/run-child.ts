/** Scripts of `child/` that start runs of the command line, in a network namespace. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { backends } from '../helpers/backends.js';
import { HAS_NAMESPACES, runInNamespace } from '../helpers/network-namespace.js';

/** Whether TensorFlow's servers can be tried here. */
export const IS_POSSIBLE = HAS_NAMESPACES && backends.includes('tensorflow');

/** What a run came to. */
export interface RunResult {
  /** Steps done. */
  readonly step: number;
  /** One an epoch. */
  readonly losses: readonly number[];
  /** A digest of every number of the last checkpoint. */
  readonly numbers: string;
}

/** Runs a script on one thread a kernel, and gives the JSON that it prints. */
export async function runChild(name: string, folder: string): Promise<unknown> {
  ensureCompiled();
  const script = fileURLToPath(new URL(`child/${name}.mjs`, import.meta.url));
  const { code, output, errors } = await runInNamespace([script, folder], {
    TF_NUM_INTRAOP_THREADS: '1',
    TF_NUM_INTEROP_THREADS: '1',
  });
  expect(code, errors).toBe(0);
  return JSON.parse(output);
}
