/** Checks of the first values of variables. */
import { expect } from 'vitest';
import type { VariableSpec } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';

/** The variable of that name. */
export function variableNamed(variables: readonly VariableSpec[], name: string): VariableSpec {
  const found = variables.find((spec) => spec.name === name);
  if (!found) {
    throw new Error(`no variable ${name}`);
  }
  return found;
}

/** Expects the first values of a variable to lie within ±bound, and to use most of it. */
export function expectUniform(
  variables: readonly VariableSpec[],
  name: string,
  bound: number,
): void {
  const { initializer, shape } = variableNamed(variables, name);
  const values = initializer(shape, new Random(3));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
  expect(largest).toBeGreaterThan(0.5 * bound);
}
