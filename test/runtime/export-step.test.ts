import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNormTraining } from '../../lib/ops/batch-norm.js';
import { hasNativeKernel } from '../../lib/ops/native-kernels.js';
import { exportStep } from '../../lib/runtime/graph/export-step.js';
import { Message } from '../../lib/runtime/graph/protobuf.js';
import { readField, readFields } from '../../lib/runtime/graph/read-message.js';
import { backends, useBackend } from '../helpers/backends.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('reading a message', () => {
  const inner = new Message().text(1, 'inner').integer(2, 2 ** 40);
  const message = new Message()
    .integer(1, -1)
    .text(2, 'first')
    .float(3, 1.5)
    .message(4, inner)
    .boolean(5, true)
    .text(2, 'x'.repeat(300))
    .finish();

  it('finds the fields of a number, whatever stands between them', () => {
    expect([...readFields(message, 2)].map(text)).toEqual(['first', 'x'.repeat(300)]);
    expect(text(readField(readField(message, 4), 1))).toBe('inner');
  });

  it('gives the last content, and nothing for a field that is not there', () => {
    expect(text(readField(message, 2))).toBe('x'.repeat(300));
    expect(readField(message, 9)).toHaveLength(0);
    expect(readField(message, 1)).toHaveLength(0);
  });
});

describe('exportStep', () => {
  beforeAll(() => useBackend(backends[0]));

  it('writes a graph, the tag and a signature with the names of the ends', () => {
    const weights = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const model = exportStep({
      step: (_, { x }) => ({ outputs: { y: tf.matMul(x, weights) } }),
      inputs: { x: { shape: [5, 2] } },
    });
    weights.dispose();
    const metaGraph = readField(model, 2);
    expect(text(readField(readField(metaGraph, 1), 4))).toBe('serve');
    const operations = [...readFields(readField(metaGraph, 2), 1)].map((node) =>
      text(readField(node, 2)),
    );
    expect(operations).toEqual(
      expect.arrayContaining(['Placeholder', 'Const', 'BatchMatMulV2', 'Identity']),
    );
    const entry = readField(metaGraph, 5);
    expect(text(readField(entry, 1))).toBe('serving_default');
    const signature = readField(entry, 2);
    expect(text(readField(readField(signature, 1), 1))).toBe('x');
    expect(text(readField(readField(signature, 2), 1))).toBe('y');
    expect(text(readField(signature, 3))).toBe('tensorflow/serving/predict');
  });

  it.runIf(backends.includes('tensorflow'))('refuses operations of our own binding', async () => {
    await useBackend('tensorflow');
    if (hasNativeKernel('AdlGroupBatchNorm')) {
      expect(() =>
        exportStep({
          step: (_, { x }) => ({ outputs: { y: batchNormTraining(x as tf.Tensor4D, 1e-3).y } }),
          inputs: { x: { shape: [1, 4, 4, 2] } },
        }),
      ).toThrow(/expected operations that every TensorFlow has, got AdlGroupBatchNorm/);
    }
  });
});
