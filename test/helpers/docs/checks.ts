/** What the checks in examples do; compiled and copied beside them. */
import { deepStrictEqual } from 'node:assert/strict';

/** A number that is given to some decimals. */
class Near {
  constructor(
    readonly value: number,
    readonly decimals: number,
  ) {}
}

/** How many values were checked. */
export const checked = { count: 0 };

/** A number that is given to some decimals. */
export function near(value: number, decimals: number): unknown {
  return new Near(value, decimals);
}

/** Throws if a value is not the expected one; of objects only the fields named count. */
export function check(actual: unknown, expected: unknown): void {
  checked.count++;
  deepStrictEqual(comparable(actual, expected), comparable(expected, expected));
}

/** Throws if a text has not the expected lines; a last line `…` stands for all others. */
export function checkLines(actual: unknown, expected: readonly string[]): void {
  if (typeof actual !== 'string') {
    return;
  } // the comment speaks of something else
  checked.count++;
  const isStart = expected.at(-1) === '…';
  const lines = actual.split('\n').map((line) => line.trimEnd());
  const count = expected.length - 1;
  deepStrictEqual(
    isStart ? lines.slice(0, count) : lines,
    isStart ? expected.slice(0, count) : expected,
  );
}

/** A value in the form in which both sides can be compared. */
function comparable(value: unknown, expected: unknown): unknown {
  if (expected instanceof Near) {
    if (value instanceof Near) {
      return expected.value;
    }
    const isNear = Math.abs(Number(value) - expected.value) <= 0.5000001 * 10 ** -expected.decimals;
    return isNear ? expected.value : value;
  }
  if (Array.isArray(expected)) {
    const values = Array.from(value as ArrayLike<unknown>);
    return values.map((item, i) => comparable(item, expected[i]));
  }
  if (typeof expected === 'object' && expected !== null) {
    const fields = value as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(expected).map(([name, item]) => [name, comparable(fields[name], item)]),
    );
  }
  return value;
}
