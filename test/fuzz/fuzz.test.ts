/** The short form of the fuzzer, in this process: some hundred cases per format. */
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { FormatCases } from './engine/cases.js';
import { makePlace } from './engine/place.js';
import { FORMATS } from './formats.js';

const CASES = 150;
const SEED = 20_261_129;

const places: string[] = [];
afterAll(() => {
  for (const place of places) {
    rmSync(place, { recursive: true, force: true });
  }
});

describe('damaged documents are refused by errors of the library', () => {
  it.each(FORMATS)('$name', async (format) => {
    const place = makePlace();
    places.push(place);
    const cases = await FormatCases.open(format, SEED, place);
    let accepted = 0;
    for (let number = 0; number < CASES; number++) {
      const outcome = await cases.run(number);
      if (outcome.kind === 'untyped' || outcome.kind === 'wrong content') {
        expect.fail(`case ${number}: ${outcome.kind}: ${outcome.message}`);
      }
      accepted += Number(outcome.kind === 'accepted');
    }
    expect(accepted).toBeGreaterThan(0); // the valid documents are the first cases
  });
});
