/** Resizing and normalising images. */
import { floatType } from '../../ops/native-call.js';
import { bool, kernel, one, type, vector, type KernelTable } from './kernel.js';

/** Kernels of images. */
export const images: KernelTable = {
  ResizeBilinear: kernel(
    ['size', 'alignCorners', 'halfPixelCenters'],
    (inputs, { size }) => {
      const [batch, , , channels] = inputs.images.shape;
      return one([batch, ...(size as [number, number]), channels], 'float32');
    },
    ({ node, attributes, inputs, builder }) => {
      const size = vector(builder, attributes.size as number[]);
      return [
        builder.pure('ResizeBilinear', [inputs.images, size], {
          T: { kind: 'type', value: node.inputs.images.dtype },
          align_corners: bool(attributes.alignCorners),
          half_pixel_centers: bool(attributes.halfPixelCenters),
        }),
      ];
    },
  ),
  // Its `size` is that of dy.
  ResizeBilinearGrad: kernel(
    ['size', 'alignCorners', 'halfPixelCenters'],
    (inputs) => one(inputs.images.shape, 'float32'),
    ({ attributes, inputs, builder }) => [
      builder.pure('ResizeBilinearGrad', [inputs.dy, inputs.images], {
        T: floatType,
        align_corners: bool(attributes.alignCorners),
        half_pixel_centers: bool(attributes.halfPixelCenters),
      }),
    ],
  ),
  // `b` is a number for each channel; TensorFlow joins it with the convolution before it.
  BiasAdd: kernel(
    [],
    ({ a }) => one(a.shape, a.dtype),
    ({ node, inputs, builder }) => [
      builder.pure('BiasAdd', [inputs.a, inputs.b], {
        T: type(node.inputs.a.dtype),
        data_format: { kind: 'string', value: 'NHWC' },
      }),
    ],
  ),
  FusedBatchNorm: kernel(
    ['varianceEpsilon'],
    ({ x }) => one(x.shape, 'float32'),
    ({ node, attributes, inputs, builder }) => {
      const channels = node.inputs.mean.shape;
      const uniform = (value: number) =>
        builder.constant(new Float32Array(channels[0]).fill(value), channels, 'float32');
      const { scale = uniform(1), offset = uniform(0) } = inputs as Partial<typeof inputs>;
      return [
        builder.pure('FusedBatchNormV3', [inputs.x, scale, offset, inputs.mean, inputs.variance], {
          T: type(node.inputs.x.dtype),
          U: floatType,
          epsilon: { kind: 'float', value: attributes.varianceEpsilon as number },
          data_format: { kind: 'string', value: 'NHWC' },
          is_training: bool(false),
        }),
      ];
    },
  ),
};
