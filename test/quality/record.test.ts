import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { coverageTable, mutantTable, record, replaceSection, type Recorded } from './record.js';

const here = import.meta.dirname;

const conditions = {
  command: 'npm run coverage',
  minutes: 1.5,
  processor: 'one',
  cores: 2,
  node: '20.20.2',
  date: '2026-11-29T10:00:00.000Z',
  commit: '0123456789ab',
};

const recorded: Recorded = {
  mutants: {
    decoder: {
      ...conditions,
      files: {
        'lib/decoder/a.ts': { killed: 6, timeout: 1, survived: 2, notReached: 1, invalid: 3 },
        'lib/decoder/b.ts': { killed: 6, timeout: 2, survived: 1, notReached: 1, invalid: 0 },
      },
    },
  },
  coverage: {
    ...conditions,
    rooms: { decoder: { covered: 9, lines: 10 }, 'size.ts': { covered: 2, lines: 2 } },
  },
};

describe('the tables of the README', () => {
  it('have a row per part and per room', () => {
    expect(mutantTable(recorded).split('\n').slice(2)).toEqual([
      '| `decoder` | 75.0 % | 12 | 3 | 3 | 2 | 3 | 2026-11-29, 0123456789ab |',
    ]);
    expect(coverageTable(recorded).split('\n').slice(2)).toEqual([
      '| `decoder` | 90.0 % | 9 | 10 |',
      '| `size.ts` | 100.0 % | 2 | 2 |',
      '| all | 91.7 % | 11 | 12 |',
    ]);
  });

  it('stand between two comments', () => {
    const text = 'a\n<!-- x -->\nold\n<!-- end of x -->\nb\n';
    expect(replaceSection(text, 'x', 'new')).toBe('a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n');
    expect(() => replaceSection(text, 'y', '')).toThrow('a section between <!-- y -->');
  });
});

describe('record', () => {
  const copied = temporaryFolder();
  const read = (folder: string, name: string) => readFileSync(path.join(folder, name), 'utf8');

  it('leaves the README as it is when nothing new is recorded', async () => {
    for (const name of ['README.md', 'recorded.json']) {
      copyFileSync(path.join(here, name), path.join(copied, name));
    }
    await record(copied, (now) => now);
    expect(read(copied, 'README.md')).toBe(read(here, 'README.md'));
  });

  it('changes the README with the results', async () => {
    await record(copied, () => recorded);
    expect(JSON.parse(read(copied, 'recorded.json'))).toEqual(recorded);
    expect(read(copied, 'README.md')).toContain(' 75.0 % ');
    expect(read(copied, 'README.md')).toContain(' 91.7 % ');
  });
});
