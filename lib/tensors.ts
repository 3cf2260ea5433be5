/** Tensors by name, such as variables, gradients, the state of a program; and the sizes of shapes. */
import type * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from './errors.js';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, tf.Tensor>>;

/** The number of elements of a shape; 1 for a scalar. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The record with `transform` applied to every tensor; the names stay. */
export function mapTensors(
  tensors: NamedTensors,
  transform: (tensor: tf.Tensor, name: string) => tf.Tensor,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, transform(tensor, name)]),
  );
}

/** The record with `prefix/` put before every name. */
export function withPrefix(prefix: string, tensors: NamedTensors): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]),
  );
}

/** The tensors whose names begin with `prefix/`, under the rest of their names. */
export function withoutPrefix(prefix: string, tensors: NamedTensors): Record<string, tf.Tensor> {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(start))
      .map(([name, tensor]) => [name.slice(start.length), tensor]),
  );
}

/**
 * The tensor of that name.
 *
 * @param where - who asks, for the error
 * @param advice - what to do if there is none, for the error
 * @throws {@link ConfigError} if there is none
 */
export function tensorOf(
  tensors: NamedTensors,
  name: string,
  where: string,
  advice?: string,
): tf.Tensor {
  if (!Object.hasOwn(tensors, name)) {
    throw new ConfigError(
      `${where}: expected a tensor called "${name}", got none` +
        (advice === undefined ? '' : `; ${advice}`),
    );
  }
  return tensors[name];
}
