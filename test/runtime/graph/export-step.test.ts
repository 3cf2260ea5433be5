import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNormTraining } from '../../../lib/ops/batch-norm.js';
import { hasNativeKernel } from '../../../lib/ops/native-kernels.js';
import { exportStep } from '../../../lib/runtime/graph/export-step.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';
import { readField, readFields } from '../../../lib/runtime/graph/read-message.js';
import { backends, useBackend } from '../../helpers/backends.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('exportStep', () => {
  beforeAll(() => useBackend(backends[0]));

  it('writes a graph, the tag and a signature with the names of the ends', () => {
    const weights = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const model = exportStep(
      traceStep(
        {
          step: (_, { x }) => ({ outputs: { y: tf.matMul(x, weights) } }),
          inputs: { x: { shape: [5, 2] } },
        },
        {},
      ),
    );
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
        exportStep(
          traceStep(
            {
              step: (_, { x }) => ({ outputs: { y: batchNormTraining(x as tf.Tensor4D, 1e-3).y } }),
              inputs: { x: { shape: [1, 4, 4, 2] } },
            },
            {},
          ),
        ),
      ).toThrow(/expected operations that every TensorFlow has, got AdlGroupBatchNorm/);
    }
  });
});
