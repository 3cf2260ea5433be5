/**
 * The kernels of tfjs that a step may use.
 *
 * This library's own kernels bring their shapes and their TensorFlow form with them
 * (`KernelDefinition`).
 */
import { BackendError } from '../../errors.js';
import { anySizeKernels } from './any-size.js';
import { arithmetic } from './arithmetic.js';
import { images } from './images.js';
import { kernel, sameAsFirst, type AnyTracedKernel } from './kernel.js';
import { layout } from './layout.js';
import { productKernels } from './products.js';
import { replicaKernels } from './replicas.js';

/** Copies are values of their own nowhere: a trace leaves them out. */
const Identity = kernel([], sameAsFirst, ({ inputs }) => Object.values(inputs));

/** Kernels by their names in tfjs. */
export const tracedKernels: ReadonlyMap<string, AnyTracedKernel> = new Map(
  Object.entries({
    ...arithmetic,
    ...layout,
    ...images,
    ...productKernels,
    ...replicaKernels,
    ...anySizeKernels,
    Identity,
  }),
);

/**
 * The attributes of a call, if its kernel reads all of them.
 *
 * @throws {@link BackendError} if it does not, since ignoring one would give another result
 */
export function checkAttributes(
  name: string,
  read: readonly string[],
  attributes: Readonly<Record<string, unknown>>,
): void {
  const given = Object.keys(attributes).filter((key) => attributes[key] !== undefined);
  const unread = given.find((key) => !read.includes(key));
  if (unread !== undefined) {
    throw new BackendError(
      `trace: expected a call of ${name} with no attributes but ${read.join(', ') || '(none)'}, ` +
        `got ${unread}; express the step without it`,
    );
  }
}
