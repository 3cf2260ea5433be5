import { describe, expect, it } from 'vitest';
import { Random } from '../../../lib/random.js';
import { MemoryGrowth } from '../../../lib/training/loop/memory-growth.js';
import type { MemorySample } from '../../../lib/training/loop/memory-trend.js';

const MIB = 2 ** 20;
const LIMIT = 8 * 1024 * MIB;

/** What is told during a run of one step per `every` seconds, with the second at which it is. */
function told(
  seconds: number,
  held: (second: number) => { readonly mib: number; readonly tensors?: number },
  every = 2,
): { readonly second: number; readonly text: string }[] {
  const watch = new MemoryGrowth(LIMIT);
  return Array.from({ length: Math.floor(seconds / every) }, (_, i) => {
    const second = (i + 1) * every;
    const { mib, tensors = 300 } = held(second);
    const sample: MemorySample = { step: i + 1, seconds: second, rssBytes: mib * MIB, tensors };
    return { second, text: watch.add(sample) };
  }).filter((one): one is { second: number; text: string } => one.text !== undefined);
}

const HOUR = 3600;

describe('memory that does not grow is not told of', () => {
  const noise = (amplitude: number) => {
    const random = new Random(7);
    return () => amplitude * random.uniform();
  };

  it.each([
    ['even, with noise', noise(400), () => 1000],
    ['a start of two minutes', noise(20), (s: number) => 1000 - 800 * Math.exp(-s / 120)],
    ['one step up, at the first validation', noise(20), (s: number) => (s > 2000 ? 1600 : 1000)],
    [
      'two steps up',
      noise(20),
      (s: number) => 1000 + 500 * Number(s > 1500) + 500 * Number(s > 4000),
    ],
    ['garbage that is collected every 2 minutes', noise(20), (s: number) => 1000 + 10 * (s % 120)],
    ['a start that slows down', noise(5), (s: number) => 1000 + 260 * Math.log10(s)],
    ['a tenth of much', noise(5), (s: number) => 4000 + s / 27],
    ['a fall', noise(20), (s: number) => 3000 - s / 10],
    ['a growth too small to matter', noise(5), (s: number) => 1000 + s / 100],
  ])('%s', (_, random, level) => {
    expect(told(3 * HOUR, (s) => ({ mib: level(s) + random() }))).toEqual([]);
  });
});

describe('memory that grows', () => {
  it('is told with what was, what is, and when it will be full', () => {
    // From 1000 MiB, 1 MiB per step of 4 s; the least that is told is 256 MiB.
    const texts = told(6 * HOUR, (s) => ({ mib: 1000 + s / 4 }), 4);
    const [{ second, text }] = texts;
    expect(second).toBeGreaterThan(1024);
    expect(second).toBeLessThan(2048);
    const match =
      /^memory grows: (.+) GiB at step (\d+), (.+) GiB at step (\d+)\. If that goes on, the 8\.0 GiB that there are will be full in about (.+), near step (\d+)\. Interrupt the run and resume it/.exec(
        text,
      )!;
    const [from, first, to, last, , end] = match.slice(1).map(Number);
    // 1000 MiB + 1 MiB per step, but for the rounding of a tenth of a GiB and a window of steps.
    expect(Math.abs(from * 1024 - (1000 + first))).toBeLessThan(70);
    expect(Math.abs(to * 1024 - (1000 + last))).toBeLessThan(70);
    expect(Math.abs(end - 7192)).toBeLessThan(20); // 1000 + 7192 = 8192 MiB
    const left = (7192 * 4 - second) / HOUR; // 7 h and some minutes
    expect(match[5]).toMatch(/^7 h \d+ min$/);
    expect(Math.abs(7 + Number(/(\d+) min/.exec(match[5])![1]) / 60 - left)).toBeLessThan(0.02);
  });

  it('is told again when it has doubled, and not between', () => {
    const texts = told(12 * HOUR, (s) => ({ mib: 1000 + s / 10 }));
    const gains = texts.map(({ text }) => {
      const [from, to] = [...text.matchAll(/([\d.]+) GiB at/g)].map(([, gib]) => Number(gib));
      return to - from;
    });
    expect(gains.length).toBe(4); // at 0.25, 0.5, 1 and 2 GiB of the 4.2 that it gains
    gains.slice(1).forEach((gain, i) => {
      expect(gain).toBeGreaterThan(1.6 * gains[i]);
    });
  });

  it('is told through the noise of a garbage collector', () => {
    const random = new Random(3);
    const held = (s: number) => ({ mib: 1000 + s / 4 + 300 * random.uniform() + (s % 90) });
    const [first] = told(2 * HOUR, held);
    expect(first.text).toMatch(/^memory grows/);
    expect(first.second).toBeLessThan(HOUR);
  });

  it('is told where most samples hold garbage', () => {
    const random = new Random(5);
    const garbage = () => (random.chance(0.7) ? 3000 * random.uniform() : 0);
    expect(told(2 * HOUR, (s) => ({ mib: 1000 + s / 4 + garbage() }))).not.toEqual([]);
  });

  it('is told of steps that take minutes, once there are enough of them', () => {
    const [{ second }] = told(8 * HOUR, (s) => ({ mib: 1000 + s / 4 }), 300);
    expect(second).toBe(300 + 24 * 300);
  });

  it('names the tensors that grew with it', () => {
    const [{ text }] = told(HOUR, (s) => ({ mib: 1000 + s, tensors: 300 + s }));
    expect(text).toMatch(
      /full in about .* tensors that are not disposed: \d+ at step \d+, \d+ at step/,
    );
    expect(text).toMatch(/in tf\.tidy\. Interrupt the run/);
  });
});

it('tells of tensors that are never disposed, though they take no memory yet', () => {
  const texts = told(4 * HOUR, (s) => ({ mib: 1000, tensors: 300 + s / 2 }));
  expect(texts.map(({ text }) => text.split(':')[0])).toEqual(
    texts.map(() => 'tensors that are not disposed'),
  );
  const now = texts.map(({ text }) => Number(/, (\d+) at step/.exec(text)![1]));
  expect(now.length).toBeGreaterThan(1);
  now.slice(1).forEach((tensors, i) => {
    expect(tensors).toBeGreaterThanOrEqual(2 * now[i]);
  });
});

it('does not take the tensors of a validation now and then for growth', () => {
  const held = (s: number) => ({ mib: 1000, tensors: s % 300 < 40 ? 900 : 300 });
  expect(told(3 * HOUR, held)).toEqual([]);
});
