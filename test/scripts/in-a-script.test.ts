import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../helpers/backends.js';
import { publicFunctions } from './public-functions.js';
import {
  expectedLines,
  own,
  pairs,
  pairsOnBackend,
  prepareScripts,
  removeScripts,
  script,
} from './run-scripts.js';
import type { Way } from './scenario.js';
import { PLAIN } from './scenarios.js';
import { ON_BACKEND } from './scenarios-on-backend.js';

/** What the caller gives to the library, and the type of which `WorkerPool` and `inThisThread` are. */
const GIVEN_BY_THE_CALLER = [
  'BatchMaker.close',
  'BatchMaker.make',
  'CheckpointStoreOptions.guard',
  'HistoryOptions.guard',
  'StudyOptions.startPart',
];

beforeAll(prepareScripts, 120_000);
afterAll(removeScripts);

describe('the scenarios', () => {
  it('hold every public function that gives a promise, in all of its ways', () => {
    const functions = publicFunctions().filter(({ name }) => !GIVEN_BY_THE_CALLER.includes(name));
    const needed = functions.flatMap(({ name, isIterable, takesSignal, reports }) => {
      const early: Way[] = isIterable ? ['break', 'return', 'throw', 'left open'] : [];
      const ways: Way[] = ['end', ...early];
      if (takesSignal) {
        ways.push('abort');
      }
      if (takesSignal && reports) {
        ways.push('throw');
      }
      return ways.map((way) => `${name}, ${way}`);
    });
    const held = pairs({ ...PLAIN, ...ON_BACKEND }).map((pair) => pair.join(', '));
    expect(held.sort()).toEqual(needed.sort());
  });
});

describe('a script', () => {
  it('lives until what it awaits is settled, and ends then', async () => {
    const names = pairs(PLAIN);
    const { code, output, errors } = await script('none', 'all', names);
    expect([errors, ...own(output)]).toEqual(['', ...expectedLines(names)]);
    expect(code).toBe(0);
  });

  // On the others: `in-a-script.ci.test.ts`.
  it.each(backends.slice(0, 1))('does so on %s', async (backend) => {
    const names = pairsOnBackend();
    const { code, output, errors } = await script(backend, 'all', names);
    expect([...own(output), errors]).toEqual([...expectedLines(names), expect.anything()]);
    expect(code).toBe(0);
  });

  it('does so in a process of its own, however it leaves a loader', async () => {
    const ways = Object.keys(PLAIN['Loader.epoch']) as Way[];
    const waiting = ways.map((way) => ['Loader.epoch', way] as const);
    const next = async (): Promise<void> => {
      for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
        const { code, output, errors } = await script('none', 'last', [pair]);
        const isThrown = pair[1] === 'throw';
        expect([pair[1], code, own(output).length]).toEqual([
          pair[1],
          ...(isThrown ? [1, 1] : [0, 2]),
        ]);
        expect(errors.includes('Error: enough')).toBe(isThrown);
      }
    };
    await Promise.all([next(), next()]);
  });

  it.each(backends)('ends with the error that ends its work on %s', async (backend) => {
    const { code, output, errors } = await script(backend, 'last', [['search', 'throw']]);
    expect([code, own(output)]).toEqual([1, ['search, throw: begins']]);
    expect(errors).toContain('Error: enough');
  });
});
