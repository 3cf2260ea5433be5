import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { busyNotice, othersShare, parseTicks, readTicks, spreadOf } from './other-work.js';

// user nice system idle iowait irq softirq steal guest guest_nice
const stat = (user: number, idle: number) =>
  `cpu  ${user} 20 30 ${idle} 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\nctxt 7\n`;
const self = (utime: number, cstime: number) =>
  `42 (a (name) b) S 1 42 42 0 -1 4194560 100 200 3 4 ${utime} 11 12 ${cstime} 20 0 9 0 77`;

describe('parseTicks', () => {
  it('adds up what the cores did, and what was done for this process and its children', () => {
    expect(parseTicks(stat(100, 1000), self(50, 60))).toEqual({
      busy: 100 + 20 + 30 + 6 + 7 + 8,
      all: 100 + 20 + 30 + 6 + 7 + 8 + 1000 + 5,
      own: 50 + 11 + 12 + 60,
    });
  });
});

describe('othersShare', () => {
  it('is what the cores did and this process did not', () => {
    const before = { all: 1000, busy: 500, own: 100 };
    expect(othersShare(before, { all: 1400, busy: 800, own: 300 })).toBe(0.25);
    expect(othersShare(before, { all: 1400, busy: 600, own: 300 })).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux')('readTicks', () => {
  it('counts children that have ended as own work', () => {
    const before = readTicks();
    const spin = 'while (process.cpuUsage().user < 4e5) for (let i = 0; i < 1e6; i++);';
    spawnSync(process.execPath, ['-e', spin]);
    const after = readTicks();
    expect(after!.own - before!.own).toBeGreaterThanOrEqual(35); // of 100 in a second
    expect(after!.busy).toBeGreaterThan(before!.busy);
  });
});

describe('busyNotice', () => {
  const steady = { medianMs: 100, runsMs: [95, 100, 110] };
  const restless = { medianMs: 100, runsMs: [90, 100, 140] };

  it('is silent on an idle machine', () => {
    expect(busyNotice(0.03, [steady])).toBeUndefined();
    expect(busyNotice(null, [steady, { medianMs: null, runsMs: [] }])).toBeUndefined();
  });

  it('names other work and spread', () => {
    expect(spreadOf(restless)).toBe(0.5);
    expect(busyNotice(0.38, [steady])).toBe('busy machine: other work took 38 % of the cores');
    expect(busyNotice(0.38, [steady, restless])).toBe(
      'busy machine: other work took 38 % of the cores; runs of the same step lie up to 50 % apart',
    );
    expect(busyNotice(null, [restless])).toContain('50 % apart');
  });
});
