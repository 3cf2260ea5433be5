/** The kernels that have a form in bfloat16. */
import { hasFastFilterGradient } from '../../ops/depthwise-conv2d.js';
import type { ConvGradientAttributes } from '../../ops/conv-attributes.js';
import { MARGIN, SUM_OF_PRODUCTS } from '../kernels/products.js';
import type { TraceNode } from '../trace-graph.js';

/** What a kernel takes and gives in bfloat16. */
export interface HalfForm {
  /** True for kernels that gain by it; the others follow if an operand is bfloat16 already. */
  readonly isGain?: boolean;
  /** Operands in bfloat16; all of them if absent. */
  readonly operands?: readonly string[];
  /** How many of the first outputs are bfloat16; all of them if absent. */
  readonly outputs?: number;
  /** True if what follows may be in bfloat16 although this gives float32. */
  readonly isSoft?: boolean;
  /** True for gradients of weights: what follows them is in float32. */
  readonly isOfWeights?: boolean;
}

const GAIN: HalfForm = { isGain: true };
const FOLLOW: HalfForm = {};

/** Batch norms: images in bfloat16; scale, offset and statistics in float32. */
const NORM: HalfForm = { operands: ['x'], outputs: 1 };
const NORM_GRADIENT: HalfForm = { operands: ['dy', 'x'], outputs: 1 };

/** TensorFlow's resizing reads any type and gives float32; its gradient knows float32 only. */
const RESIZE: HalfForm = { outputs: 0, isSoft: true };
const RESIZE_GRADIENT: HalfForm = { operands: [], isSoft: true };

/** Gradients of filters. */
const FILTER_GRADIENT: HalfForm = { isGain: true, isOfWeights: true };

/** Our own filter gradient reads bfloat16 and sums in float32. */
const FAST_FILTER_GRADIENT: HalfForm = { outputs: 0 };

const FORMS: Readonly<Record<string, HalfForm | undefined>> = {
  AdlConv2D: GAIN,
  AdlConv2DInputGradient: GAIN,
  AdlDepthwiseConv2D: GAIN,
  AdlDepthwiseConv2DInputGradient: GAIN,
  [MARGIN]: GAIN,
  [SUM_OF_PRODUCTS]: FILTER_GRADIENT,
  AdlGroupBatchNorm: NORM,
  AdlGroupBatchNormGradient: NORM_GRADIENT,
  AdlBatchNorm: NORM,
  AdlBatchNormGradient: NORM_GRADIENT,
  FusedBatchNorm: NORM,
  ResizeBilinear: RESIZE,
  ResizeBilinearGrad: RESIZE_GRADIENT,
  BiasAdd: FOLLOW,
  AdlRelu: FOLLOW,
  Relu: FOLLOW,
  AdlReluGradient: FOLLOW,
  AdlMaxPool: FOLLOW,
  AdlMaxPoolGradient: FOLLOW,
  AdlAvgPool: FOLLOW,
  AdlAvgPoolGradient: FOLLOW,
  Add: FOLLOW,
  AddN: FOLLOW,
  Concat: FOLLOW,
  SplitV: FOLLOW,
  Slice: FOLLOW,
  Reshape: FOLLOW,
  PadV2: FOLLOW,
  SpaceToBatchND: FOLLOW,
  BatchToSpaceND: FOLLOW,
};

/** The form of a node's kernel in bfloat16; undefined if it has none. */
export function halfFormOf({ kernel, attributes }: TraceNode): HalfForm | undefined {
  if (kernel === 'AdlDepthwiseConv2DFilterGradient') {
    const isFast = hasFastFilterGradient(attributes as unknown as ConvGradientAttributes);
    return isFast ? FAST_FILTER_GRADIENT : undefined;
  }
  if (kernel === 'AdlConv2DFilterGradient') {
    // For larger filters the process dies now and then in code that oneDNN makes (`jit_bf16`, `backward_weights`;
    // TensorFlow 2.21, AVX-512 with bfloat16), which seems to read beyond its memory; see `filterProducts`.
    const [height, width] = (attributes as unknown as ConvGradientAttributes).shape;
    return height === 1 && width === 1 ? FILTER_GRADIENT : undefined;
  }
  return FORMS[kernel];
}
