import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { coreCount } from '../../lib/backend/threads.js';
import { useBackend } from '../../lib/backend/use-backend.js';

const require = createRequire(import.meta.url);

beforeEach(() => {
  delete process.env.TF_NUM_INTRAOP_THREADS;
});

describe('wasm threads', () => {
  it('are as many as asked for, at most 8, and leave Node as it was', async () => {
    const threads = require('node:worker_threads') as { Worker: unknown };
    const system = require('node:os') as { cpus: () => unknown[] };
    const [worker, cpus] = [threads.Worker, system.cpus];
    const { threads: used } = await useBackend('wasm', { threads: { intra: 2 } });
    expect(used.intra).toBe(Math.min(2, 2 * coreCount()));
    expect(threads.Worker).toBe(worker);
    expect(system.cpus).toBe(cpus);
  });

  it('compute a convolution as by hand', async () => {
    await useBackend('wasm', { threads: { intra: 2 } });
    // A 3x3 box filter over ones counts the pixels under it: 4 in corners, 6 at edges, 9 inside.
    const image = tf.ones<tf.Rank.R4>([1, 64, 64, 1]);
    const box = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
    const counts = await tf.conv2d(image, box, 1, 'same').data();
    const expected = Float32Array.from({ length: 64 * 64 }, (_, index) => {
      const isEdge = (position: number): boolean => position === 0 || position === 63;
      const [rows, columns] = [Math.floor(index / 64), index % 64].map((p) => (isEdge(p) ? 2 : 3));
      return rows * columns;
    });
    expect(counts).toEqual(expected);
  });
});
