/** Resizing and normalising images in TensorFlow operations. */
import { floatType } from '../../../ops/native-call.js';
import { bool, vector, type Lowering, type LoweringTable } from './operands.js';

/** Batch norm by given statistics. */
const normalize: Lowering = ({ node, inputs, builder }) => {
  const channels = node.inputs.mean.shape;
  const uniform = (value: number) =>
    builder.constant(new Float32Array(channels[0]).fill(value), channels, 'float32');
  const operands = [
    inputs.x,
    (inputs.scale as string | undefined) ?? uniform(1),
    (inputs.offset as string | undefined) ?? uniform(0),
    inputs.mean,
    inputs.variance,
  ];
  return [
    builder.pure('FusedBatchNormV3', operands, {
      T: floatType,
      U: floatType,
      epsilon: { kind: 'float', value: node.attributes.varianceEpsilon as number },
      data_format: { kind: 'string', value: 'NHWC' },
      is_training: bool(false),
    }),
  ];
};

/** Lowerings of operations on images. */
export const images: LoweringTable = {
  ResizeBilinear: ({ node, inputs, builder }) => [
    builder.pure(
      'ResizeBilinear',
      [inputs.images, vector(builder, node.attributes.size as number[])],
      {
        T: floatType,
        align_corners: bool(node.attributes.alignCorners),
        half_pixel_centers: bool(node.attributes.halfPixelCenters),
      },
    ),
  ],
  ResizeBilinearGrad: ({ node, inputs, builder }) => [
    builder.pure('ResizeBilinearGrad', [inputs.dy, inputs.images], {
      T: floatType,
      align_corners: bool(node.attributes.alignCorners),
      half_pixel_centers: bool(false),
    }),
  ],
  FusedBatchNorm: normalize,
};
