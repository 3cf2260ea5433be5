/** Turns steps into a program for the current backend. */
import { eagerProgram } from './eager-program.js';
import type { Program, StepDefinition, Tensors } from './program.js';

/**
 * Makes a program of steps that share state.
 *
 * @param initial - the state at the start, by name; copied
 * @param steps - the steps by name, with the inputs that they are called with
 */
export function compile(
  initial: Tensors,
  steps: Readonly<Record<string, StepDefinition>>,
): Program {
  return eagerProgram(initial, steps);
}
