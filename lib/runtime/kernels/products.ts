/** Products of matrices that passes put in the place of other kernels. */
import { elementsOf } from '../../tensors.js';
import { bool, kernel, one, type, vector, type KernelTable } from './kernel.js';

/** Name of the kernel that sums products over pixels. */
export const SUM_OF_PRODUCTS = 'SumOfProducts';

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
        return builder.pure('Reshape', [input, size], { T: type(dtype), Tshape: type('int32') });
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
};
