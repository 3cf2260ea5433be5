/** Helpers for records of tensors by name: parameters, gradients, optimizer state. */
import type * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, tf.Tensor>>;

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
 * @param where - what asks, for the error's text
 * @throws {@link ConfigError} if there is none
 */
export function tensorOf(tensors: NamedTensors, name: string, where: string): tf.Tensor {
  if (!Object.hasOwn(tensors, name)) {
    throw new ConfigError(
      `${where}: expected a tensor called "${name}", got none; ` +
        'initialise the optimizer with every parameter that it will ever update',
    );
  }
  return tensors[name];
}
