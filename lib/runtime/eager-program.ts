/** A program that runs its steps operation by operation on the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import {
  checkInputs,
  stateTensor,
  stepOf,
  type Program,
  type StepDefinition,
  type Tensors,
} from './program.js';

/**
 * Makes a program that runs on any backend.
 *
 * @param initial - the state at the start; the program keeps copies
 * @param steps - the steps by name
 */
export function eagerProgram(
  initial: Tensors,
  steps: Readonly<Record<string, StepDefinition>>,
): Program {
  const state = new Map<string, tf.Tensor>();
  const replace = (name: string, tensor: tf.Tensor) => {
    const copy = tf.keep(tensor.clone());
    state.get(name)?.dispose();
    state.set(name, copy);
  };
  for (const [name, tensor] of Object.entries(initial)) {
    replace(name, tensor);
  }
  return {
    mode: 'eager',
    run: (name, inputs) => {
      const definition = stepOf(steps, name);
      checkInputs(name, definition, inputs);
      return tf.tidy(() => {
        const held = Object.fromEntries(state);
        const { outputs, state: changes = {} } = definition.step(held, inputs);
        for (const [changed, tensor] of Object.entries(changes)) {
          stateTensor(held, changed);
          replace(changed, tensor);
        }
        // A clone keeps an output alive even if it is an input or a part of the state.
        return Object.fromEntries(
          Object.entries(outputs).map(([output, tensor]) => [output, tensor.clone()]),
        );
      });
    },
    state: (names = [...state.keys()]) => {
      const held = Object.fromEntries(state);
      return Object.fromEntries(names.map((name) => [name, stateTensor(held, name).clone()]));
    },
    load: (values) => {
      const held = Object.fromEntries(state);
      for (const [name, tensor] of Object.entries(values)) {
        stateTensor(held, name);
        replace(name, tensor);
      }
    },
    dispose: () => {
      for (const tensor of state.values()) {
        tensor.dispose();
      }
      state.clear();
    },
  };
}
