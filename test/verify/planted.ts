/** Faults that are planted in tfjs's registries, and taken out again. */
import * as tf from '@tensorflow/tfjs-core';

/** Does work while a kernel computes something else. */
export async function withKernel<T>(
  name: string,
  backendName: string,
  change: (kernel: tf.KernelFunc) => tf.KernelFunc,
  work: () => Promise<T>,
): Promise<T> {
  const before = tf.getKernel(name, backendName);
  const replace = (kernel: tf.KernelConfig) => {
    tf.unregisterKernel(name, backendName);
    tf.registerKernel(kernel);
  };
  replace({ ...before, kernelFunc: change(before.kernelFunc) });
  try {
    return await work();
  } finally {
    replace(before);
  }
}

/** Does work while the gradient of a kernel is twice what it should be. */
export async function withDoubledGradient<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = tf.getGradient(name);
  const replace = (gradient: tf.GradConfig) => {
    tf.unregisterGradient(name);
    tf.registerGradient(gradient);
  };
  replace({
    ...before,
    gradFunc: (dy, saved, attributes) =>
      before.gradFunc(tf.mul(dy as tf.Tensor, 2), saved, attributes),
  });
  try {
    return await work();
  } finally {
    replace(before);
  }
}
