import { describe, expect, it } from 'vitest';
import { CASES, IMPLEMENTATIONS } from './cases.js';
import { readyMessage, stepMessage } from './fake-messages.js';
import type { Outcome } from './interleave.js';
import { implementationOf, skippedRow, stepRow, traceRow } from './row.js';

const entry = CASES[0];

const outcome: Outcome = {
  ready: readyMessage(),
  steps: [
    stepMessage({ ms: 12, parts: { weights: 8, architecture: 4 }, peakMiB: 310, loss: 3 }),
    stepMessage({ ms: 90, parts: { weights: 80, architecture: 10 }, peakMiB: 320, loss: 2 }),
    stepMessage({ ms: 15, parts: { weights: 10, architecture: 5 }, peakMiB: 320, loss: 1 }),
  ],
  failure: undefined,
};

describe('a row', () => {
  it('has the median of the runs, the peak of the process and the number of runs', () => {
    const row = stepRow(entry, 'compiled', outcome, { beside: ['search/pytorch'] });
    expect(row).toMatchObject({
      name: entry.name,
      backend: 'tensorflow',
      mode: 'compiled',
      medianMs: 15,
      peakMiB: 320,
      runs: 3,
      runsMs: [12, 90, 15],
      partsMs: { weights: 10, architecture: 5 },
      setupMs: 100,
      setupPeakMiB: 200,
      estimate: { recompute: 'none', totalMiB: 280 },
      firstRunMs: 30,
      loss: 1,
      threads: { intra: 1, inter: 2 },
      beside: ['search/pytorch'],
      skipped: null,
    });
  });

  it('is plain data: it survives JSON', () => {
    const row = stepRow(entry, 'pytorch', outcome);
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
  });

  it('has the same fields whether measured or not', () => {
    const keys = (row: object) => Object.keys(row).sort();
    const expected = keys(stepRow(entry, 'eager', outcome));
    expect(keys(skippedRow(entry, 'eager', 'why'))).toEqual(expected);
    expect(keys(traceRow(entry, 'compiled', [outcome]))).toEqual(expected);
    expect(keys(stepRow(entry, 'eager', { ...outcome, failure: 'why' }))).toEqual(expected);
  });

  it('tells its implementation by backend and mode', () => {
    for (const implementation of IMPLEMENTATIONS) {
      expect(implementationOf(skippedRow(entry, implementation, ''))).toBe(implementation);
    }
  });

  it('of a failure says why and gives no time, whatever was measured before', () => {
    const row = stepRow(entry, 'eager', { ...outcome, failure: 'out of memory' });
    expect(row).toMatchObject({ skipped: 'out of memory', medianMs: null, peakMiB: null, runs: 0 });
    expect(row.setupMs).toBe(100);
  });

  it('of a trace has the time and the peak of the set-up over all processes', () => {
    const outcomes = [100, 140, 110].map((setupMs, i): Outcome => ({
      ready: readyMessage({ setupMs, setupPeakMiB: 500 + i, warmUpMs: [] }),
      steps: [],
      failure: undefined,
    }));
    const trace = CASES.find(({ measures }) => measures === 'trace')!;
    expect(traceRow(trace, 'compiled', outcomes)).toMatchObject({
      medianMs: 110,
      peakMiB: 502,
      runs: 3,
      runsMs: [100, 140, 110],
      firstRunMs: null,
      skipped: null,
    });
    const failed = [...outcomes, { ready: undefined, steps: [], failure: 'killed' }];
    expect(traceRow(trace, 'compiled', failed)).toMatchObject({ skipped: 'killed', runs: 0 });
  });
});
