/** Two processes of a ring over TensorFlow's servers, against two replicas in one process. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../helpers/backends.js';
import {
  HAS_NAMESPACES,
  runInNamespace,
  WITHOUT_NAMESPACES,
} from '../helpers/network-namespace.js';

const CHILD = fileURLToPath(new URL('child/ring.mjs', import.meta.url));
const canRun = HAS_NAMESPACES && backends.includes('tensorflow');

interface Result {
  readonly losses: readonly number[];
  readonly state: string;
}

const title = canRun ? 'a ring of two processes' : `a ring: ${WITHOUT_NAMESPACES}`;

describe.runIf(canRun)(title, () => {
  let results: Record<string, { readonly alone: Result; readonly ring: readonly Result[] }>;
  beforeAll(async () => {
    const { code, output, errors } = await runInNamespace([CHILD]);
    expect(code, errors).toBe(0);
    results = JSON.parse(output) as typeof results;
  }, 300_000);

  it.each(['search', 'retrain'])('has the bits of two replicas in one process: %s', (kind) => {
    const { alone, ring } = results[kind];
    expect(ring).toEqual([alone, alone]);
    expect(alone.losses.every(Number.isFinite)).toBe(true);
  });
});
