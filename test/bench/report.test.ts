import { describe, expect, it } from 'vitest';
import { CASES } from './cases.js';
import { exampleMachine as machine } from './example-machine.js';
import { formatMs, formatReport, table } from './report.js';
import { skippedRow, type Row } from './row.js';

function measured(implementation: 'compiled' | 'pytorch', medianMs: number): Row {
  return {
    ...skippedRow(CASES[0], implementation, ''),
    medianMs,
    peakMiB: 512,
    runs: 2,
    runsMs: [medianMs, medianMs],
    skipped: null,
    threads: { intra: 1, inter: 2 },
  };
}

describe('the report', () => {
  it('says how much longer PyTorch takes for the same case', () => {
    const text = formatReport(machine, [measured('compiled', 250), measured('pytorch', 2000)], []);
    expect(text).toMatch(/compiled .*\| +8\.00 x \|/);
    expect(text).toMatch(/pytorch .*\| +1\.00 x \|/);
    expect(text).toContain('Example CPU, 2 cores, 16 GiB');
    expect(text).toContain('commit abc+');
  });

  it('has no ratio without PyTorch, and lists what was not measured with the reason', () => {
    const skipped = skippedRow(CASES[0], 'pytorch', 'no Python');
    const text = formatReport(machine, [measured('compiled', 250), skipped], []);
    expect(text).not.toContain(' x |');
    expect(text).toContain(`- ${CASES[0].name}, pytorch: no Python`);
  });

  it('shows growth with its exponent', () => {
    const points = [{ name: 'growth-batch-1', size: 1, medianMs: 80, perUnitUs: 80_000 }];
    const line = { intercept: 20, slope: 60, explained: 0.9991 };
    const text = formatReport(machine, [], [{ series: 'batch', exponent: 0.987, line, points }]);
    expect(text).toContain('line: 20.0 ms + 60.0 ms an image, R² = 0.999; ' + 'power: batch^0.99');
    expect(text).toMatch(/growth-batch-1 \| +1 \| 80\.0 ms/);
  });
});

describe('formatMs', () => {
  it.each([
    [0.5, '0.500 ms'],
    [51.23, '51.2 ms'],
    [5123, '5.12 s'],
    [63_000, '63.0 s'],
    [null, ''],
  ])('%s ms: %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});

describe('table', () => {
  it('has columns of one width, numbers to the right', () => {
    expect(
      table(
        [
          ['a', 'count'],
          ['long name', '7'],
        ],
        1,
      ),
    ).toBe('| a         | count |\n| --------- | ----: |\n| long name |     7 |');
  });
});
