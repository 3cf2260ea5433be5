/** What passes put in the place of gradients of filters. */
import { elementsOf } from '../../tensors.js';
import { bool, kernel, one, pairs, type, vector, type KernelTable } from './kernel.js';

/** Name of the kernel that sums products over pixels. */
export const SUM_OF_PRODUCTS = 'SumOfProducts';

/** Name of the kernel that gives images a margin, and takes those with a stride apart. */
export const MARGIN = 'Margin';

/** Attributes of {@link MARGIN}. */
export interface MarginAttributes {
  /** The stride s: s × s parts of each s-th pixel come out, one behind the other in the batch. */
  readonly stride: number;
  /** Zeros before and behind, of height and width. */
  readonly sides: readonly (readonly [number, number])[];
}

const int32 = type('int32');

/** Kernels that no step calls itself. */
export const productKernels: KernelTable = {
  // y[i, j] = Σ_p a[p, i] b[p, j]; p counts all dimensions of a and b but the last.
  [SUM_OF_PRODUCTS]: kernel(
    [],
    ({ a, b }) => one([a.shape.at(-1)!, b.shape.at(-1)!], a.dtype),
    ({ node, inputs, builder }) => {
      const { a, b } = node.inputs;
      const matrix = (input: string, { shape, dtype }: typeof a) => {
        const columns = shape.at(-1)!;
        const size = vector(builder, [elementsOf(shape) / columns, columns]);
        return builder.pure('Reshape', [input, size], { T: type(dtype), Tshape: int32 });
      };
      return [
        builder.pure('MatMul', [matrix(inputs.a, a), matrix(inputs.b, b)], {
          T: type(a.dtype),
          transpose_a: bool(true),
          transpose_b: bool(false),
        }),
      ];
    },
  ),
  [MARGIN]: kernel(
    ['stride', 'sides'],
    ({ x }, attributes) => {
      const { stride, sides } = attributes as unknown as MarginAttributes;
      const [batch, height, width, channels] = x.shape;
      const part = (size: number, [before, behind]: readonly [number, number]) =>
        (before + size + behind) / stride;
      const parts = [part(height, sides[0]), part(width, sides[1])];
      return one([stride * stride * batch, ...parts, channels], x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const { stride, sides } = attributes as unknown as MarginAttributes;
      const T = type(node.inputs.x.dtype);
      if (stride === 1) {
        const all = pairs(builder, [[0, 0], ...sides, [0, 0]]);
        return [builder.pure('Pad', [inputs.x, all], { T, Tpaddings: int32 })];
      }
      const operands = [inputs.x, vector(builder, [stride, stride]), pairs(builder, sides)];
      const types = { T, Tblock_shape: int32, Tpaddings: int32 };
      return [builder.pure('SpaceToBatchND', operands, types)];
    },
  ),
};
