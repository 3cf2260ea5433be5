/** What the time of a step is spent on. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../lib/ops/conv2d.js';
import { batchNormInference } from '../../lib/ops/batch-norm.js';
import { compile } from '../../lib/runtime/compile.js';
import { notedRun } from '../../lib/runtime/graph/noted-run.js';
import { workOfRuns } from '../../lib/runtime/graph/work-of-runs.js';
import { sumByOperation } from '../../lib/runtime/profile.js';
import type { Step } from '../../lib/runtime/program.js';
import type { TraceNode, TraceValue } from '../../lib/runtime/trace-graph.js';
import { backends, useBackend } from '../helpers/backends.js';

const IMAGE = [2, 9, 9, 3] as const;
const FILTER = [3, 3, 3, 8] as const;

/** Of a 3×3 convolution from 3 to 8 channels over two images of 9×9. */
const MULTIPLY_ADDS = 2 * 9 * 9 * 8 * 27;

const step: Step = ({ filter, calls }, { image }) => {
  const y = conv2d(image as tf.Tensor4D, filter as tf.Tensor4D);
  const zeros = tf.zeros<tf.Rank.R1>([8]);
  const ones = tf.ones<tf.Rank.R1>([8]);
  const normal = batchNormInference(y, zeros, ones, 0.001);
  return { outputs: { sum: tf.sum(normal) }, state: { calls: tf.add(calls, 1) } };
};

const program = () =>
  compile(
    { filter: tf.fill([...FILTER], 0.1), calls: tf.scalar(0) },
    { run: { step, inputs: { image: { shape: IMAGE } } } },
    { rewrite: true },
  );

describe.runIf(backends.includes('tensorflow'))('a compiled step', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('says which operations ran, how long, and what they computed', () => {
    const compiled = program();
    const { seconds, operations } = compiled.profile!('run', { image: tf.ones([...IMAGE]) });
    const convolutions = operations.filter(({ operation }) => operation.includes('Conv2D'));
    expect(convolutions.map(({ runs, dense }) => [runs, dense])).toEqual([[1, MULTIPLY_ADDS]]);
    const [{ bytes }] = convolutions;
    const numbers = 2 * 9 * 9 * 3 + 3 * 3 * 3 * 8 + 2 * 9 * 9 * 8;
    expect(bytes).toBeGreaterThanOrEqual(4 * numbers);
    for (const { seconds: inKernels } of operations) {
      expect(inKernels).toBeGreaterThanOrEqual(0);
      expect(inKernels).toBeLessThan(seconds);
    }
    expect(convolutions[0].seconds).toBeGreaterThan(0);
    compiled.dispose();
  });

  it('changes its state as any call, and later calls are not noted', () => {
    const compiled = program();
    const image = tf.ones([...IMAGE]);
    compiled.profile!('run', { image });
    tf.dispose(compiled.run('run', { image }));
    const { calls } = compiled.state(['calls']);
    expect(calls.dataSync()[0]).toBe(2);
    const { binding } = tf.backend() as unknown as { binding: { lastRun(): Uint8Array } };
    expect(binding.lastRun()).toHaveLength(0);
    compiled.dispose();
  });

  it('refuses calls that `run` refuses', () => {
    const compiled = program();
    expect(() => compiled.profile!('other', {})).toThrow(/other/);
    compiled.dispose();
    expect(() => compiled.profile!('run', {})).toThrow(/was disposed/);
  });
});

describe('a step that runs operation by operation', () => {
  it('has no profile', async () => {
    await useBackend('wasm');
    expect(program()).not.toHaveProperty('profile');
  });
});

describe('a binding that cannot note times', () => {
  it('is refused, with what to do', () => {
    expect(() => notedRun({}, () => ({}))).toThrow(
      /got tfjs's own binding.* run: npx autodeeplab setup --force/,
    );
  });
});

const image: TraceValue = {
  source: { kind: 'input', name: 'x' },
  shape: [1, 2, 2, 3],
  dtype: 'float32',
};

/** A node with one result; the attributes of a convolution do no harm to others. */
function node(kernel: string, inputs: Record<string, TraceValue>): TraceNode {
  const outputs: TraceValue[] = [];
  const made = { index: 0, kernel, inputs, attributes: {}, outputs };
  outputs.push({
    source: { kind: 'node', node: made, output: 0 },
    shape: [1, 2, 2, 4],
    dtype: 'float32',
  });
  return made;
}

describe('the work of nodes', () => {
  const filter: TraceValue = {
    source: { kind: 'state', name: 'w' },
    shape: [1, 1, 3, 4],
    dtype: 'float32',
  };
  const convolution = node('AdlConv2D', { x: image, filter });
  const relu = node('Relu', { x: convolution.outputs[0] });
  const other = node('Neg', { x: convolution.outputs[0] });
  const names = new Map([
    [convolution, 'a'],
    [relu, 'b'],
    [other, 'c'],
  ]);
  const convolutionWork = { dense: 48, depthwise: 0, bytes: 4 * (12 + 12 + 16), kernels: 1 };
  const elementwise = { dense: 0, depthwise: 0, bytes: 4 * 32, kernels: 1 };

  it('is their own where each ran', () => {
    expect(workOfRuns(names, new Set(['a', 'b', 'c']))).toEqual(
      new Map([
        ['a', convolutionWork],
        ['b', elementwise],
        ['c', elementwise],
      ]),
    );
  });

  it('goes to the first reader of what was joined with it', () => {
    const works = workOfRuns(names, new Set(['b', 'c']));
    expect(works.get('b')).toEqual({ dense: 48, depthwise: 0, bytes: 4 * (40 + 32), kernels: 2 });
    expect(works.get('c')).toEqual(elementwise);
  });

  it('is summed by operation, the slowest first', () => {
    const run = (operation: string, seconds: number) => ({ operation, seconds, work: elementwise });
    const nothing = { operation: 'NoOp', seconds: 0, work: undefined };
    const sums = sumByOperation([run('Relu', 1), run('Neg', 5), nothing, run('Relu', 2)]);
    expect(
      sums.map(({ operation, runs, seconds, bytes }) => [operation, runs, seconds, bytes]),
    ).toEqual([
      ['Neg', 1, 5, 128],
      ['Relu', 2, 3, 256],
      ['NoOp', 1, 0, 0],
    ]);
  });
});
