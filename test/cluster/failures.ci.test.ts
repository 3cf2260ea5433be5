import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { backends } from '../helpers/backends.js';
import {
  HAS_NAMESPACES,
  runInNamespace,
  WITHOUT_NAMESPACES,
} from '../helpers/network-namespace.js';

const isPossible = HAS_NAMESPACES && backends.includes('tensorflow');

interface OnCluster {
  readonly devices: readonly string[];
  readonly before: object;
  readonly told: readonly object[];
}

interface Results extends Readonly<Record<string, unknown>> {
  readonly killed: OnCluster;
  readonly stopped: OnCluster;
  readonly silent: OnCluster;
}

let results: Results;

beforeAll(async () => {
  if (isPossible) {
    ensureCompiled();
    const child = fileURLToPath(new URL('child/failures.mjs', import.meta.url));
    const { code, output, errors } = await runInNamespace([child], {
      http_proxy: 'http://127.0.0.1:9', // grpc would go through it
    });
    expect(code, errors).toBe(0);
    results = JSON.parse(output) as Results;
  }
});

describe.runIf(isPossible)(isPossible ? 'a chief' : `a chief (${WITHOUT_NAMESPACES})`, () => {
  it.each([
    [
      'never',
      'cluster: expected a worker at 127.0.0.1:4999 within 0.5 s, got connect ECONNREFUSED',
    ],
    ['other', 'worker 127.0.0.1:PORT: it is not a worker or a chief of autodeeplab'],
    ['version', 'worker 127.0.0.1:PORT: expected autodeeplab '],
    [
      'tensorflow',
      'worker 127.0.0.1:PORT: expected TensorFlow 2.21.0 as here, got TensorFlow 2.9.1',
    ],
    ['kernels', 'worker 127.0.0.1:PORT: expected the kernels AdlDepthwiseFilterGradient, Adl'],
    [
      'busy',
      'worker 127.0.0.1:PORT: expected a worker that is free, got one that serves 10.0.0.9:4711',
    ],
    [
      'second',
      'worker 127.0.0.1:5000: expected a worker that is free, got one that serves 127.0.0.1',
    ],
    ['late', 'waiting up to 60 s for the worker 127.0.0.1:5000'],
  ])('is told of a worker: %s', (name, text) => {
    expect(results[name]).toContain(text);
  });

  // x = (1, 3): each replica sums its half, the mean is 2.
  it('computes with a worker', () => {
    const tasks = ['/job:chief/replica:0/task:0', '/job:worker/replica:0/task:0'];
    expect(results.killed.devices).toEqual(tasks.map((task) => `${task}/device:CPU:0`));
    for (const { before } of [results.killed, results.stopped, results.silent]) {
      expect(before).toEqual({ w: 2, n: 1 });
    }
  });

  it('keeps the states of two programs on one server apart', () => {
    expect(results.isolated).toEqual([
      { w: 2, n: 0 },
      { w: 0, n: 0 },
    ]);
  });

  it.each([
    ['killed', 'its TensorFlow process ended with signal SIGKILL'],
    ['stopped', 'its TensorFlow process gave no answer for 3 s'],
  ] as const)('names a worker that was %s, and keeps its state', (name, why) => {
    const [{ error, changed, state }] = results[name].told as [Record<string, unknown>];
    expect(error).toContain(`cluster: expected worker 127.0.0.1:5000 to go on, got: ${why}`);
    expect(error).toContain('resume the run');
    expect([changed, state]).toEqual([0, { w: 2, n: 1 }]);
  });

  it('knows of a silent worker, and which state a step in vain has changed', () => {
    const [mean, count] = results.silent.told as Record<string, unknown>[];
    expect(mean.error).toContain('expected worker 127.0.0.1:5000 to answer, got none for 5 s');
    expect([mean.changed, mean.state]).toEqual([0, { w: 2, n: 1 }]);
    expect([count.changed, count.state]).toEqual([1, { w: 2, n: 2 }]);
  });
});

describe.runIf(isPossible)('a worker', () => {
  it('ends at once when it is terminated', () => {
    const { code, seconds } = results.terminated as { code: number; seconds: number };
    expect(code).toBe(143);
    expect(seconds).toBeLessThan(10);
  });

  it('says that a port is taken', () => {
    const { code, line } = results.taken as { code: number; line: string };
    expect(code).toBe(1);
    expect(line).toMatch(/expected to listen on 127\.0\.0\.1:\d+, got .*EADDRINUSE/);
  });
});
