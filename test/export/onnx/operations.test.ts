import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { permute } from '../../../lib/export/onnx/channels-first.js';
import { onnxOperations } from '../../../lib/export/onnx/operations.js';
import { writeOnnx } from '../../../lib/export/onnx/write-onnx.js';
import { avgPool3x3 } from '../../../lib/ops/avg-pool.js';
import { conv2d } from '../../../lib/ops/conv2d.js';
import { depthwiseConv2d } from '../../../lib/ops/depthwise-conv2d.js';
import { maxPool3x3 } from '../../../lib/ops/max-pool.js';
import { relu } from '../../../lib/ops/relu.js';
import { resizeBilinear } from '../../../lib/ops/resize.js';
import { cropPooling } from '../../../lib/segmentation/aspp.js';
import { readField, readFields } from '../../../lib/runtime/graph/read-message.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';
import { useBackend } from '../../helpers/backends.js';
import { fillImage } from '../../helpers/fill.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { inPython, NEEDS_PYTHON, python } from './in-python.js';

const folder = temporaryFolder();
const shape: [number, number, number, number] = [2, 5, 7, 4];
const images = fillImage('onnx/image', shape);

type Build = (x: tf.Tensor4D) => tf.Tensor;

const filter = (sizes: [number, number, number, number]) =>
  tf.tensor<tf.Rank.R4>(fillImage(`onnx/filter ${sizes.join()}`, sizes), sizes);

/** One build for each way to use an operation. */
const BUILDS: Readonly<Record<string, Build>> = {
  Add: (x) => tf.add(x, tf.tensor1d([1, 2, 3, 4])),
  Add_map: (x) => tf.add(x, filter([1, 5, 7, 1])),
  Sub: (x) => tf.sub(x, 2),
  Multiply: (x) => tf.mul(x, x),
  RealDiv: (x) => tf.div(x, tf.tensor1d([1, 2, 3, 4])),
  Maximum: (x) => tf.maximum(x, 0.1),
  Minimum: (x) => tf.minimum(x, 0.1),
  AddN: (x) => tf.addN([x, tf.exp(x), tf.neg(x)]),
  Relu: (x) => tf.relu(x),
  AdlRelu: (x) => relu(x),
  Relu6: (x) => tf.relu6(tf.mul(x, 20)),
  Sigmoid: (x) => tf.sigmoid(x),
  Tanh: (x) => tf.tanh(x),
  Exp: (x) => tf.exp(x),
  Neg: (x) => tf.neg(x),
  Abs: (x) => tf.abs(x),
  Sqrt: (x) => tf.sqrt(tf.abs(x)),
  AdlConv2D: (x) => conv2d(x, filter([3, 3, 4, 6])),
  AdlConv2D_stride: (x) => conv2d(x, filter([3, 3, 4, 2]), { stride: 2 }),
  AdlConv2D_rate: (x) => conv2d(x, filter([5, 5, 4, 2]), { rate: 2 }),
  AdlDepthwiseConv2D: (x) => depthwiseConv2d(x, filter([3, 3, 4, 1])),
  AdlDepthwiseConv2D_stride: (x) => depthwiseConv2d(x, filter([5, 5, 4, 1]), { stride: 2 }),
  AdlMaxPool: (x) => maxPool3x3(x, { stride: 2 }),
  AdlAvgPool: (x) => avgPool3x3(x),
  AdlAvgPool_stride: (x) => avgPool3x3(x, { stride: 2 }),
  ResizeBilinear: (x) => resizeBilinear(x, [9, 3]),
  ResizeBilinear_pixel: (x) => resizeBilinear(tf.mean<tf.Tensor4D>(x, [1, 2], true), [3, 2]),
  Reshape: (x) => tf.reshape(x, [5, 2, 4, 7]),
  ExpandDims: (x) => tf.expandDims(tf.mean(x, [1, 2]), 1),
  FusedBatchNorm: (x) =>
    tf.batchNorm4d(
      x,
      tf.tensor1d([0.1, 0.2, 0.3, 0.4]),
      tf.tensor1d([1, 2, 3, 4]),
      undefined,
      tf.tensor1d([5, 6, 7, 8]),
      0.5,
    ),
  Concat: (x) => tf.concat([x, tf.neg(x)], 3),
  Concat_rows: (x) => tf.concat([x, tf.neg(x)], 1),
  Mean: (x) => tf.mean(x, [1, 2]),
  Mean_kept: (x) => tf.mean(x, 1, true),
  ArgMax: (x) => tf.argMax(x, 3),
  Fill: (x) => tf.add(x, tf.fill([2, 5, 7, 4], 3)),
  PadV2: (x) => tf.pad4d(x, [[0, 0], [1, 2], [3, 0], [0, 1]], 7), // oxfmt-ignore
  Slice: (x) => tf.slice4d(x, [0, 1, 2, 0], [2, 3, 4, 3]),
  BatchMatMul: (x) => cropPooling(x, { height: 3, width: 4 }, 1),
};

const traced = (builds: Readonly<Record<string, Build>>) =>
  traceStep(
    {
      step: (_, { image }) => ({
        outputs: Object.fromEntries(
          Object.entries(builds).map(([name, build]) => [name, build(image as tf.Tensor4D)]),
        ),
      }),
      inputs: { image: { shape } },
    },
    {},
  );

const write = (builds: Readonly<Record<string, Build>>) =>
  writeOnnx(traced(builds), { producer: 'test', metadata: { autodeeplab: '{}' } });

describe('ONNX operations', () => {
  beforeAll(() => useBackend('wasm'));

  it('are all tried here, but for those of images of any size', () => {
    const kernels = new Set(traced(BUILDS).nodes.map(({ kernel }) => kernel));
    const untried = Object.keys(onnxOperations).filter((kernel) => !kernels.has(kernel));
    expect(untried).toEqual([
      'AdlPadToGrid',
      'AdlResizeToStride',
      'AdlZerosAtStride',
      'AdlCropToImage',
    ]);
  });

  it.skipIf(python === undefined)(`compute what the kernels compute ${NEEDS_PYTHON}`, () => {
    const file = path.join(folder, 'operations.onnx');
    writeFileSync(file, write(BUILDS));
    const { floats, integers } = inPython(file, images, shape, folder);
    for (const [name, build] of Object.entries(BUILDS)) {
      const wanted = tf.tidy(() => build(tf.tensor4d(images, shape)));
      const got = wanted.dtype === 'int32' ? integers(name) : floats(name);
      const values = [...wanted.dataSync()];
      wanted.dispose();
      expect([name, got.length]).toEqual([name, values.length]);
      const most = values.reduce((worst, v, i) => Math.max(worst, Math.abs(v - got[i])), 0);
      expect([name, most < 1e-5]).toEqual([name, true]);
    }
  });

  it('are nodes of a graph with names at its ends and filters of the order that ONNX has', () => {
    const values = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 4, 2]);
    const model = write({ y: (x) => relu(conv2d(x, values)) });
    values.dispose();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const graph = readField(model, 7);
    const nodes = [...readFields(graph, 1)].map((node) => [
      text(readField(node, 4)),
      ...[...readFields(node, 1)].map(text),
    ]);
    expect(nodes).toEqual([
      ['Conv', 'image', 'constant_0'],
      ['Relu', 'Conv_1'],
      ['Identity', 'Relu_2'],
    ]);
    expect([
      text(readField(readField(graph, 11), 1)),
      text(readField(readField(graph, 12), 1)),
    ]).toEqual(['image', 'y']);
    const bytes = Uint8Array.from(readField(readField(graph, 5), 9));
    expect([...new Float32Array(bytes.buffer)]).toEqual([1, 3, 5, 7, 2, 4, 6, 8]);
  });

  it('are refused where there is none, by name', () => {
    expect(() => write({ y: (x) => tf.cumsum(x, 1) })).toThrow(
      'export onnx: expected operations that have an ONNX form, got Cumsum; express the operation ' +
        'without it, or choose another format',
    );
    expect(() => write({ y: (x) => tf.mean(x, [0]) })).toThrow(/got one over axes 0/);
    expect(() => write({ y: (x) => tf.argMax(x, 1) })).toThrow(/got that along axis 2/);
    expect(() => write({ y: (x) => tf.image.resizeBilinear(x, [9, 9]) })).toThrow(
      /expected bilinear resizing with aligned corners/,
    );
    expect(() => write({ y: (x) => conv2d(x, tf.exp<tf.Tensor4D>(filter([1, 1, 4, 1]))) })).toThrow(
      /expected a constant filter of AdlConv2D, got one that is computed/,
    );
    const matrix = (x: tf.Tensor4D) => tf.reshape(x, [2, 10, 14]);
    expect(() => write({ y: (x) => tf.matMul(matrix(x), matrix(x), true) })).toThrow(
      /got one of a transposed matrix/,
    );
    expect(() => write({ y: (x) => tf.add(x, tf.ones([7, 4])) })).toThrow(/got 2 dimensions for 4/);
  });
});

describe('permute', () => {
  it('puts axes in another order', () => {
    const data = Array.from({ length: 24 }, (_, i) => i);
    const result = permute(data, [2, 3, 4], [2, 0, 1]);
    const wanted: number[] = [];
    for (let c = 0; c < 4; c++) {
      for (let a = 0; a < 2; a++) {
        for (let b = 0; b < 3; b++) {
          wanted.push((a * 3 + b) * 4 + c);
        }
      }
    }
    expect([...result]).toEqual(wanted);
  });
});
