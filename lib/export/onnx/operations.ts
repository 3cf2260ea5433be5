/** The operations of ONNX that exported networks use: one entry per kernel. */
import { sidePadding } from '../../ops/geometry.js';
import { axisFirst, listFirst, permute, TO_FIRST, TO_LAST } from './channels-first.js';
import { anySizeOperations } from './any-size.js';
import { constantOf, refuse, RESIZE, type OnnxContext, type OnnxOperation } from './operation.js';
import type { OnnxAttributes } from './onnx-graph.js';

const WINDOW = 3;

/** All operands of a call, in order. */
const operands = ({ node, operand }: OnnxContext) => Object.keys(node.inputs).map(operand);

/** The operation of ONNX on the same operands. */
const same =
  (operation: string): OnnxOperation =>
  (context) =>
    context.graph.add(operation, operands(context));

/** The operations of ONNX on the same operands, by kernel. */
function named(operations: Readonly<Record<string, string>>): Record<string, OnnxOperation> {
  return Object.fromEntries(
    Object.entries(operations).map(([kernel, operation]) => [kernel, same(operation)]),
  );
}

/** Attributes of a window of k × k pixels. */
function windowAttributes(kernel: number, stride: number, pad: number): OnnxAttributes {
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
  };
}

/**
 * A convolution.
 *
 * @param order - the axis of the filter that each of [filters, channels / groups, height, width] is
 */
function convolution(order: readonly number[], isDepthwise: boolean): OnnxOperation {
  return (context) => {
    const { node, attributes, graph, operand } = context;
    const { shape } = node.inputs.filter;
    const { stride, rate, padding } = attributes as Record<string, number> & { padding: string };
    const [kernel] = shape;
    const pad = padding === 'same' ? sidePadding(kernel, rate) : 0;
    const filter = graph.floats(
      permute(constantOf(context, 'filter'), shape, order),
      order.map((axis) => shape[axis]),
    );
    return graph.add('Conv', [operand('x'), filter], {
      ...windowAttributes(kernel, stride, pad),
      dilations: [rate, rate],
      group: isDepthwise ? shape[2] : 1,
    });
  };
}

/** Resizing, corners aligned, to a size that is known. */
const resize: OnnxOperation = ({ node, attributes, graph, operand }) => {
  if (attributes.alignCorners !== true) {
    refuse('bilinear resizing with aligned corners', 'one without');
  }
  const sizes = graph.integers(listFirst(node.outputs[0].shape));
  return graph.add('Resize', [operand('images'), '', '', sizes], RESIZE);
};

/** A pooling over 3×3 windows, of which pixels outside the image are no part. */
function pool(operation: string, more: OnnxAttributes = {}): OnnxOperation {
  return ({ attributes, graph, operand }) => {
    const { stride, padding = 'same' } = attributes as { stride: number; padding?: string };
    const pad = padding === 'same' ? 1 : 0;
    return graph.add(operation, [operand('x')], {
      ...windowAttributes(WINDOW, stride, pad),
      ...more,
    });
  };
}

/** Another shape; the numbers are in the order of TensorFlow. */
const reshape: OnnxOperation = ({ node, graph, operand }) => {
  const [name] = Object.keys(node.inputs);
  const before = node.inputs[name].shape;
  const [{ shape: after }] = node.outputs;
  const last =
    before.length === 4
      ? graph.add('Transpose', [operand(name)], { perm: TO_LAST })
      : operand(name);
  const reshaped = graph.add('Reshape', [last, graph.integers(after)]);
  return after.length === 4 ? graph.add('Transpose', [reshaped], { perm: TO_FIRST }) : reshaped;
};

/** ONNX operations by kernel. A new one is one entry here. */
export const onnxOperations: Readonly<Record<string, OnnxOperation>> = {
  ...named({
    Add: 'Add',
    Sub: 'Sub',
    Multiply: 'Mul',
    RealDiv: 'Div',
    Maximum: 'Max',
    Minimum: 'Min',
    AddN: 'Sum',
    Relu: 'Relu',
    AdlRelu: 'Relu',
    Sigmoid: 'Sigmoid',
    Tanh: 'Tanh',
    Exp: 'Exp',
    Neg: 'Neg',
    Abs: 'Abs',
    Sqrt: 'Sqrt',
  }),
  AdlConv2D: convolution([3, 2, 0, 1], false),
  AdlDepthwiseConv2D: convolution([2, 3, 0, 1], true),
  AdlMaxPool: pool('MaxPool'),
  AdlAvgPool: pool('AveragePool', { count_include_pad: 0 }),
  ResizeBilinear: resize,
  Reshape: reshape,
  ExpandDims: reshape,
  BatchMatMul: (context) => {
    if (context.attributes.transposeA || context.attributes.transposeB) {
      refuse('products of matrices as they are', 'one of a transposed matrix');
    }
    return same('MatMul')(context);
  },
  Relu6: ({ graph, operand }) =>
    graph.add('Clip', [operand('x'), graph.floats([0], []), graph.floats([6], [])]),
  FusedBatchNorm: (context) => {
    const { node, attributes, graph, operand } = context;
    const [channels] = node.inputs.mean.shape;
    const vector = (name: string, absent: number) =>
      graph.floats(
        name in node.inputs ? constantOf(context, name) : new Float32Array(channels).fill(absent),
        [channels],
      );
    const statistics = [
      vector('scale', 1),
      vector('offset', 0),
      vector('mean', 0),
      vector('variance', 1),
    ];
    return graph.add('BatchNormalization', [operand('x'), ...statistics], {
      epsilon: { float: attributes.varianceEpsilon as number },
    });
  },
  Concat: (context) =>
    context.graph.add('Concat', operands(context), {
      axis: axisFirst(context.attributes.axis as number, context.node.outputs[0].shape.length),
    }),
  Mean: ({ node, attributes, graph, operand }) => {
    const { length: rank } = node.inputs.x.shape;
    const axes = [attributes.axis as number | number[]].flat().map((axis) => axisFirst(axis, rank));
    const keepdims = attributes.keepDims ? 1 : 0;
    if (rank === 4 && keepdims === 0 && String(axes) !== '2,3') {
      refuse(
        'means over height and width, or with all dimensions kept',
        `one over axes ${String(axes)}`,
      );
    }
    return graph.add('ReduceMean', [operand('x'), graph.integers(axes)], { keepdims });
  },
  ArgMax: ({ node, attributes, graph, operand }) => {
    const { length: rank } = node.inputs.x.shape;
    const axis = axisFirst(attributes.axis as number, rank);
    if (rank === 4 && axis !== 1) {
      refuse('the largest of the channels', `that along axis ${axis}`);
    }
    const found = graph.add('ArgMax', [operand('x')], { axis, keepdims: 0 });
    return graph.add('Cast', [found], { to: INT32 });
  },
  Fill: ({ node, attributes, graph }) => {
    const shape = graph.integers(listFirst(node.outputs[0].shape));
    return graph.add('Expand', [graph.floats([attributes.value as number], []), shape]);
  },
  PadV2: ({ attributes, graph, operand }) => {
    const sides = listFirst(attributes.paddings as [number, number][]);
    const pads = graph.integers([
      ...sides.map(([before]) => before),
      ...sides.map(([, end]) => end),
    ]);
    const value = graph.floats([(attributes.constantValue as number | undefined) ?? 0], []);
    return graph.add('Pad', [operand('x'), pads, value]);
  },
  Slice: ({ node, attributes, graph, operand }) => {
    const { shape } = node.outputs[0];
    const given = [attributes.begin as number | number[]].flat();
    const begin = listFirst(shape.map((_, i) => given[i] ?? 0));
    const end = listFirst(shape).map((length, i) => begin[i] + length);
    return graph.add('Slice', [operand('x'), graph.integers(begin), graph.integers(end)]);
  },
  ...anySizeOperations,
};

/** The number of the element type int32. */
const INT32 = 6;
