import { describe, expect, it } from 'vitest';
import { CASES } from './cases.js';
import { parseOptions } from './options.js';
import { profiledCases } from './profile.js';
import { describeProfile } from './profile-table.js';

const operation = (name: string, seconds: number, dense = 0, bytes = 0) => ({
  operation: name,
  runs: 3,
  seconds,
  dense,
  depthwise: 0,
  bytes,
  kernels: 3,
});

describe('a profile as text', () => {
  const operations = [
    operation('Conv2D', 0.8, 80e9, 2e9),
    operation('Relu', 0.199, 0, 4e9),
    operation('Const', 0.0005),
    operation('NoOp', 0.0005),
  ];
  const profile = { step: 'train', seconds: 0.6, operations };
  const lines = describeProfile(profile, { multiplyAdds: 200e9, bytes: 20e9 }).split('\n');
  const cells = lines.map((line) => line.split('|').map((cell) => cell.trim()));

  it('has a row per operation with shares and rates, the small ones in one, and a sum', () => {
    expect(cells[2].slice(1, 9)).toEqual([
      'Conv2D',
      '3',
      '800 ms',
      '80.0 %',
      '80.00',
      '100.0',
      '2.000',
      '2.5',
    ]);
    expect(cells[3].slice(1, 9)).toEqual([
      'Relu',
      '3',
      '199 ms',
      '19.9 %',
      '',
      '',
      '4.000',
      '20.1',
    ]);
    expect(cells[4].slice(1, 5)).toEqual(['2 others', '6', '1.00 ms', '0.1 %']);
    expect(cells[5].slice(1, 9)).toEqual([
      'all',
      '12',
      '1.00 s',
      '100.0 %',
      '80.00',
      '80.0',
      '6.000',
      '6.0',
    ]);
  });

  it('says what the ceilings of the machine allow', () => {
    expect(lines.at(-1)).toBe(
      'train: 600 ms while times are noted; at 200 G multiply-adds per second its multiply-adds take ' +
        '400 ms, at 20.0 GB per second its bytes 300 ms',
    );
  });
});

describe('what is profiled', () => {
  it('are the steps of compiled programs', () => {
    const names = profiledCases(CASES).map(({ name }) => name);
    expect(names).toContain('search-12-8-5-321');
    expect(names).toContain('infer-s-513');
    expect(names.filter((name) => name.startsWith('trace-'))).toEqual([]);
  });

  it('is asked for by --profile', () => {
    expect(parseOptions([]).profile).toBe(false);
    expect(parseOptions(['--profile', '--only', 'infer-s-513']).profile).toBe(true);
  });
});
