import { describe, expect, it } from 'vitest';
import { CASES, type Implementation } from '../cases.js';
import { exampleMachine } from '../example-machine.js';
import type { Machine } from '../machine.js';
import { skippedRow, type Row } from '../row.js';
import { isRecorded, recordedImplementations } from './plan.js';
import { withCases, type Recorded } from './recorded.js';
import { allRows, growthList, recordedGrowth, speedTable } from './tables.js';

const machine: Machine = {
  ...exampleMachine,
  versions: { tensorflow: '2.21.0' },
  commit: 'abcdef123456+',
};

const caseOf = (name: string) => CASES.find((entry) => entry.name === name)!;

function row(name: string, implementation: Implementation, ...runsMs: number[]): Row {
  return {
    ...skippedRow(caseOf(name), implementation, ''),
    medianMs: runsMs[0],
    peakMiB: 512,
    runs: runsMs.length,
    runsMs,
    skipped: null,
  };
}

const names = CASES.map(({ name }) => name);

const recorded: Recorded = withCases(
  withCases(
    {},
    {
      machine: { ...machine, processor: 'Other CPU', versions: { torch: '2.13.0' } },
      others: 0.3,
      rows: [
        row('infer-s-513', 'compiled', 400),
        row('infer-s-513', 'compiled-bfloat16', 200),
      ].concat(row('infer-s-513', 'pytorch', 500), {
        ...row('infer-s-513', 'pytorch-compiled-bfloat16', 250),
        firstRunMs: 90_000,
      }),
    },
    names,
  ),
  { machine, others: 0, rows: [row('search-12-8-5-65', 'compiled', 800, 800)] },
  names,
);

describe('the table of the project', () => {
  it('has ours beside PyTorch in the same precision, and machine, date and commit of each row', () => {
    const lines = speedTable(recorded).split('\n');
    const cells = (start: string) =>
      lines
        .find((line) => line.startsWith(`| ${start}`))!
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.trim());
    expect(cells('label map: 513')).toEqual([
      ...['400 ms', '200 ms', '500 ms (1.25)', '', '', '250 ms (1.25), after 90.0 s', '0.50 GiB'],
      'B, 2026-01-01, abcdef1+',
    ]);
    expect(cells('search: 12, 8, 5, 65')).toEqual([
      ...['800 ms', '', '', '', '', '', '0.50 GiB', 'A, 2026-01-01, abcdef1+'],
    ]);
    expect(lines).toContain(
      '- A: Example CPU, 2 cores, 16 GiB, no GPU; linux 6; Node 20.0.0; tensorflow 2.21.0',
    );
    expect(lines.join('\n')).toMatch(/- B: Other CPU.*torch 2\.13\.0/);
  });

  it('leaves out works that could not be measured', () => {
    const name = 'search-batch-8-12-8-5-321';
    const rows = [skippedRow(caseOf(name), 'compiled', 'too large')];
    const text = speedTable({ ...recorded, [name]: { ...recorded['search-12-8-5-65'], rows } });
    expect(text).toBe(speedTable(recorded));
  });

  it('says which rows were measured on a busy machine', () => {
    const notices = speedTable(recorded)
      .split('\n')
      .filter((line) => line.includes('busy'));
    expect(notices).toEqual([
      '- label map: 513 × 513: busy machine: other work took 30 % of the cores.',
    ]);
  });
});

describe('growth', () => {
  it('is fitted to what is recorded', () => {
    const rows = [2, 3, 4, 5].map((blocks) =>
      row(`growth-blocks-${blocks}`, 'compiled', 100 + 50 * blocks),
    );
    const grown = withCases(recorded, { machine, others: 0, rows }, names);
    const [{ series, line }] = recordedGrowth(grown);
    expect([series, line.intercept, line.slope].map(String)).toEqual(['blocks', '100', '50']);
    expect(growthList(grown)).toContain('- blocks: 100 ms + 50.0 ms a block');
    expect(speedTable(grown)).toBe(speedTable(recorded));
  });
});

describe('the record', () => {
  it('replaces a case as a whole, and keeps the order of the cases', () => {
    const rows = [row('infer-s-513', 'compiled', 300)];
    const again = withCases(recorded, { machine, others: 0, rows }, names);
    expect(Object.keys(again)).toEqual(['search-12-8-5-65', 'infer-s-513']);
    expect(again['infer-s-513'].rows).toEqual(rows);
  });

  it('shows what was measured together under one heading, and why the rest was not', () => {
    const skipped = skippedRow(caseOf('search-12-8-5-65'), 'pytorch', 'no Python');
    const one = recorded['search-12-8-5-65'];
    const text = allRows({ 'search-12-8-5-65': { ...one, rows: [...one.rows, skipped] } });
    expect(text).toContain('## search-12-8-5-65\n\nExample CPU');
    expect(text).toContain('Not measured: pytorch: no Python');
  });
});

describe('the plan', () => {
  it('takes works and growth with ours first, and torch.compile for derived networks only', () => {
    for (const entry of CASES.filter(isRecorded)) {
      const implementations = recordedImplementations(entry);
      expect(implementations[0]).toBe('compiled');
      expect(implementations.includes('pytorch-compiled')).toBe(
        /^(retrain|infer)-/.test(entry.name),
      );
    }
    expect(CASES.filter(isRecorded).map(({ name }) => name)).not.toContain('trace-12-8-5-321');
  });
});
