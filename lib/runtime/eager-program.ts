/** A program that runs its steps operation by operation on the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { mapTensors, tensorOf, type NamedTensors } from '../tensors.js';
import { eagerMemory } from './memory.js';
import { checkInputs, runStep, stepOf, type Program, type StepDefinition } from './program.js';
import { workOf } from './step-work.js';
import { traceStep } from './trace-step.js';

/**
 * Makes a program that runs on any backend.
 *
 * @param initial - the state at the start; the program keeps copies
 * @param steps - the steps by name
 */
export function eagerProgram(
  initial: NamedTensors,
  steps: Readonly<Record<string, StepDefinition>>,
): Program {
  const keepCopy = (tensor: tf.Tensor) => tf.keep(tensor.clone());
  const state = mapTensors(initial, keepCopy);
  let changes = 0;
  const load = (values: NamedTensors) => {
    changes++;
    // All are copied before any is released: a new value may be the old one of another name.
    const replaced = mapTensors(values, (_, name) => tensorOf(state, name, 'state'));
    Object.assign(state, mapTensors(values, keepCopy));
    tf.dispose(replaced);
  };
  const run = (name: string, inputs: NamedTensors): NamedTensors => {
    const definition = stepOf(steps, name);
    checkInputs(name, definition, inputs);
    return tf.tidy(() => {
      const {
        outputs,
        state: changed = {},
        isValid,
      } = runStep(
        definition,
        // Copies: a step may dispose what it was given.
        mapTensors(state, (tensor) => tensor.clone()),
        mapTensors(inputs, (tensor) => tensor.clone()),
      );
      // A clone keeps an output alive even if it is an input or a part of the state.
      const results = mapTensors(outputs, (tensor) => tensor.clone());
      if (isValid?.dataSync()[0] !== 0) {
        load(changed);
      }
      return results;
    });
  };
  return {
    mode: 'eager',
    changes: () => changes,
    cost: () => {
      const names = Object.keys(steps);
      const traced = names.map((name) => traceStep(steps[name], state));
      return {
        steps: Object.fromEntries(names.map((name, i) => [name, workOf(traced[i])])),
        memory: eagerMemory(traced, state),
      };
    },
    run,
    runAsync: async (name, inputs) => Promise.resolve(run(name, inputs)),
    state: (names = Object.keys(state)) =>
      Object.fromEntries(names.map((name) => [name, tensorOf(state, name, 'state').clone()])),
    load,
    dispose: () => {
      tf.dispose(state);
    },
  };
}
