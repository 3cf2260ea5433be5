import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../lib/random.js';
import { describeMachine } from '../bench/machine.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { ChildSubject } from './child-subject.js';
import { parseOptions } from './options.js';
import { readRecorded, reportOf, rowOf, writeRecorded } from './recorded.js';
import { MEASURES, type Sample } from './sample.js';
import { neighbourCorrelation, theilSen } from './slope.js';
import { thinned } from './thinned.js';
import { judge } from './verdict.js';
import { watch } from './watch.js';

const MIB = 2 ** 20;
const HEAP = MEASURES.find(({ key }) => key === 'heapUsed')!;
const folder = temporaryFolder();

describe('the slope', () => {
  it('is the median of the slopes between all pairs', () => {
    const points = [0, 1, 1, 3].map((y, x) => ({ x, y }));
    // Pairs: 1, 1/2, 1, 0, 1, 2. With so few points, the interval is from the least to the largest.
    expect(theilSen(points)).toEqual({ slope: 1, lower: 0, upper: 2 });
  });

  it('and its interval are those of scipy.stats.theilslopes for independent values', () => {
    const values = [10, 10.9, 10.2, 11.3, 10.6, 12.1, 10.8, 12.4, 11.5, 12, 13.1, 11.9];
    const { slope, lower, upper } = theilSen(values.map((y, x) => ({ x, y })));
    expect(slope).toBeCloseTo(0.2, 12);
    expect(lower).toBeCloseTo(0.1, 12);
    expect(upper).toBeCloseTo(0.3428571428571429, 12);
  });

  it('is not moved by a value that is far off', () => {
    const points = Array.from({ length: 30 }, (_, x) => ({ x, y: x === 20 ? 1e6 : 3 * x }));
    expect(theilSen(points).slope).toBe(3);
  });

  it('and its interval are those of scipy where values are equal', () => {
    const values = [3, 2, 3, 1, 3, 1, 3, 1, 2, 1, 3, 2, 3, 4];
    expect(theilSen(values.map((y, x) => ({ x, y })))).toEqual({ slope: 0, lower: 0, upper: 0.2 });
  });

  it('has a wider interval where neighbours are alike', () => {
    // 1, 2, 3, 4 has deviations −1.5, −0.5, 0.5, 1.5: (0.75 − 0.25 + 0.75) / 5 = 0.25
    expect(neighbourCorrelation([1, 2, 3, 4])).toBeCloseTo(0.25, 12);
    // What is left without the slope of 1 has r = 0.38266; by numpy, 0.64 to 1.25 if it were 0.
    const values = [0, 1, 3, 10, 11, 9, 13, 11, 8, 11, 11, 15, 13, 15, 17, 18];
    expect(neighbourCorrelation(values.map((y, x) => y - x))).toBeCloseTo(0.3826634877, 9);
    expect(theilSen(values.map((y, x) => ({ x, y })))).toEqual({
      slope: 1,
      lower: 0.4,
      upper: 1.5,
    });
  });

  it('of too few values is not a number', () => {
    expect(theilSen([{ x: 0, y: 1 }])).toEqual({ slope: NaN, lower: NaN, upper: NaN });
  });
});

/** An hour of samples of a heap that a garbage collector empties about every two minutes. */
function hour(level: (seconds: number) => number, seed = 1): Sample[] {
  const random = new Random(seed);
  let garbage = 0;
  return Array.from({ length: 720 }, (_, i) => {
    garbage = random.chance(0.04) ? 0 : garbage + 3 * random.uniform();
    return { seconds: 5 * i, heapUsed: (level(5 * i) + garbage) * MIB };
  });
}

describe('the verdict', () => {
  const verdictOf = (level: (seconds: number) => number, seed?: number) =>
    judge(hour(level, seed), 3600, HEAP)!;

  it('finds a leak of 60 MiB per hour under the garbage, and how large it is', () => {
    const { verdict, slope } = verdictOf((s) => 200 + s / 60);
    expect(verdict).toBe('grows');
    expect(slope.lower).toBeLessThan(60);
    expect(slope.upper).toBeGreaterThan(60);
    expect(Math.abs(slope.slope - 60)).toBeLessThan(15);
  });

  it('finds none where there is none', () => {
    const verdicts = Array.from({ length: 40 }, (_, i) => verdictOf(() => 200, i + 1).verdict);
    expect(verdicts.filter((verdict) => verdict === 'grows').length).toBeLessThanOrEqual(1);
  });

  it('does not call it a leak when memory settles within the first half', () => {
    expect(verdictOf((s) => 200 - 150 * Math.exp(-s / 300)).verdict).not.toBe('grows');
    expect(verdictOf((s) => 200 + 60 * Math.min(1, s / 2050)).verdict).toBe('settled');
  });

  it('does not look at the warm-up', () => {
    const { first, most } = verdictOf((s) => 100 + Math.min(s / 5, 100));
    expect(first).toBeGreaterThanOrEqual(200);
    expect(most).toBeGreaterThan(200);
  });

  it('does not call it a leak when it is too small to matter', () => {
    const samples = hour(() => 200).map(({ seconds }) => ({ seconds, heapUsed: 1e6 + seconds }));
    expect(judge(samples, 3600, HEAP)!.verdict).toBe('steady');
  });

  it('says nothing of what was not measured', () => {
    expect(judge([{ seconds: 1, rss: MIB }], 10, HEAP)).toBeUndefined();
  });
});

/** A program that answers like the processes of the soak test, and does something meanwhile. */
function program(name: string, meanwhile: string): string {
  const file = path.join(folder, name);
  writeFileSync(
    file,
    `const kept = [];
     let rounds = 0;
     const timer = setInterval(() => { rounds++; ${meanwhile} }, 5);
     process.on('message', (order) => {
       if (order === 'stop') { clearInterval(timer); process.disconnect(); return; }
       const { heapUsed, external, arrayBuffers } = process.memoryUsage();
       const inside = { heapUsed, external, arrayBuffers, tensors: kept.length, tensorBytes: 0, resources: 1, rounds };
       process.send({ kind: 'sample', inside });
     });`,
  );
  return file;
}

describe('a process', () => {
  const job = { work: 'search', backend: 'wasm', folder, seed: 1, collect: false } as const;
  const watched = async (file: string, seconds = 2.5) => {
    const samples: Sample[] = [];
    const subject = new ChildSubject(file, job);
    const controller = new AbortController();
    const onSample = (sample: Sample) => samples.push(sample);
    const options = { seconds, everyMs: 50, signal: controller.signal, onSample };
    return watch(subject, options);
  };
  const verdict = (samples: readonly Sample[], seconds: number, key: string) =>
    judge(
      samples,
      seconds,
      MEASURES.find((measure) => measure.key === key)!,
    )!.verdict;

  it('with a planted leak grows, as long as it is watched', async () => {
    const leak = 'kept.push(new Uint8Array(100_000).fill(1));';
    const { samples, seconds, failure } = await watched(program('leak.cjs', leak));
    expect(failure).toBeUndefined();
    expect(verdict(samples, seconds, 'arrayBuffers')).toBe('grows');
    expect(verdict(samples, seconds, 'tensors')).toBe('grows');
  });

  it('without one does not', async () => {
    const { samples, seconds } = await watched(program('even.cjs', 'kept[0] = { rounds };'));
    expect(verdict(samples, seconds, 'arrayBuffers')).toBe('steady');
    expect(verdict(samples, seconds, 'tensors')).toBe('steady');
    expect(samples.at(-1)!.rounds).toBeGreaterThan(0);
  });

  it('that ends by itself is told of, with what was measured', async () => {
    const file = program('end.cjs', 'if (rounds > 20) process.exit(3);');
    const { failure, seconds } = await watched(file, 60);
    expect(failure).toBe('the process ended (code 3)');
    expect(seconds).toBeLessThan(50);
  });
});

describe('results', () => {
  const samples = hour((s) => 200 + s / 60);
  const machine = describeMachine(folder);
  const settings = { minutes: 60 };
  const recorded = {
    machine,
    settings,
    loads: [1, 3],
    processes: [{ work: 'search', backend: 'wasm', samples, failure: 'why' } as const],
  };

  it('are written with fewer samples that say the same', () => {
    const file = path.join(folder, 'results.json');
    writeRecorded(file, recorded);
    const read = readRecorded(file);
    const few = read.processes[0].samples;
    expect(few).toHaveLength(60);
    expect(few.at(-1)!.seconds).toBe(samples.at(-1)!.seconds);
    const slope = (of: typeof recorded.processes) => rowOf(of[0]).findings[0].slope.slope;
    const [before, after] = [slope(recorded.processes), slope(read.processes as never)];
    expect(Math.abs(after - before)).toBeLessThan(0.1 * before);
    expect(reportOf(read)).toMatch(
      /load 1 to 3\n\n.*verdict[^]*\| search, wasm \| heap in use, MiB \| grows +\|[^]*ended early: why/,
    );
  });

  it('of several samples are the least of each quantity', () => {
    const group = [
      { seconds: 1, rss: 5, rounds: 1 },
      { seconds: 2, rss: 3 },
      { seconds: 3, rss: 4, threads: 2, rounds: 2 },
    ];
    expect(thinned(group, 1)).toEqual([{ seconds: 3, rss: 3, threads: 2, rounds: 2 }]);
    expect(thinned([])).toEqual([]);
  });
});

describe('the command line', () => {
  it('has an hour of all works on both backends as its default', () => {
    expect(parseOptions([])).toMatchObject({
      minutes: 60,
      only: ['search', 'evaluate', 'kernel'],
      backend: ['tensorflow', 'wasm'],
    });
    const some = parseOptions(['--only', 'kernel,search', '--backend', 'wasm', '--minutes', '0.5']);
    expect(some).toMatchObject({ only: ['search', 'kernel'], backend: ['wasm'], minutes: 0.5 });
  });

  it.each([
    ['--only', 'train', /Expected some of search, evaluate, kernel, got "train"/],
    ['--backend', 'gpu', /Expected some of tensorflow, wasm, got "gpu"/],
    ['--minutes', '0', /Expected a number above 0/],
    ['--at-once', '1.5', /Expected a whole number above 0/],
  ])('refuses %s %s', (flag, value, message) => {
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = () => true;
    try {
      expect(() => parseOptions([flag, value])).toThrow(message);
    } finally {
      process.stderr.write = write;
    }
  });
});
