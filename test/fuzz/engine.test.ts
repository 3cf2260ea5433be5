/** That the fuzzer finds planted faults, and ends with a result whatever a reader does. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiledFuzzer } from './compiled.js';
import { FormatCases } from './engine/cases.js';
import { newResult, type FormatResult } from './engine/results.js';
import type { runFormat } from './engine/run-format.js';
import { FORMATS, isMet } from './planted.js';

const CASES = 60;
const SEED = 1;
/** In s of computing; nothing here waits. */
const LIMITS = { computing: 0.3, waiting: 120 };

let compiled: string;
let run: typeof runFormat;

beforeAll(async () => {
  compiled = ensureCompiledFuzzer();
  const file = path.join(compiled, 'engine', 'run-format.js');
  ({ runFormat: run } = (await import(pathToFileURL(file).href)) as {
    runFormat: typeof runFormat;
  });
});

const fresh = (format: string): FormatResult =>
  newResult({
    format,
    readers: '',
    seed: SEED,
    commit: null,
    limitMiB: 64,
    isPromiseChecked: false,
  });

const read = (before: FormatResult, cases = CASES): Promise<FormatResult> =>
  run(before, {
    module: pathToFileURL(path.join(compiled, 'planted.js')).href,
    cases,
    limits: LIMITS,
    signal: new AbortController().signal,
  });

/** The first case that a reader stumbles over. */
async function firstMet(name: string): Promise<number> {
  const [harmless] = FORMATS;
  const cases = await FormatCases.open(Object.assign({}, harmless, { name }), SEED, '');
  for (let number = 0; ; number++) {
    if (isMet(cases.make(number).files)) {
      return number;
    }
  }
}

describe('the fuzzer', () => {
  it('finds nothing in a reader without a fault, and counts what became of each case', async () => {
    const { cases, accepted, refused, faults } = await read(fresh('none'));
    expect([cases, faults]).toEqual([CASES, []]);
    expect(accepted).toBeGreaterThan(5);
    expect(refused.DataError).toBeGreaterThan(5);
    expect(accepted + refused.DataError).toBe(CASES);
  });

  it('is continued where it was ended', async () => {
    const whole = await read(fresh('untyped'));
    const continued = await read(await read(fresh('untyped'), 7));
    const facts = ({ cases, accepted, refused, faults }: FormatResult) => ({
      cases,
      accepted,
      refused,
      faults,
    });
    expect(facts(continued)).toEqual(facts(whole));
  });

  it.each([
    ['untyped', 'untyped', /TypeError: Cannot read properties of undefined/],
    ['wrong content', 'wrong content', /expected that the text is as it was/],
    ['crash', 'crash', /signal SIGKILL/],
    ['end', 'crash', /exit code 0/],
    ['memory', 'memory', /expected at most 64 MiB/],
    ['hang', 'hang', /no end after \d+\.\d s of computing time/],
  ])('finds %s and the case that shows it, and reads the others', async (name, kind, message) => {
    const first = await firstMet(name);
    const { cases, accepted, faults } = await read(fresh(name), first + 2);
    expect(cases).toBe(first + 2);
    expect(accepted).toBeGreaterThan(1);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ kind, case: first });
    expect(faults[0].message).toMatch(message);
  });
});
