import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoreHalves, splitHalves } from '../../lib/dataset/halves.js';
import { ConfigError, DataError } from '../../lib/errors.js';

const named = (ids: readonly string[]) =>
  ids.map((id) => ({ id, imageFile: `${id}.jpg`, labelFile: `${id}.png` }));

describe('splitHalves', () => {
  it('is disjoint, complete and even to one sample, for any number and seed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 40 }),
        fc.nat(2 ** 32 - 1),
        (ids, seed) => {
          const { a, b } = splitHalves(named(ids), seed);
          expect([...a, ...b].sort()).toEqual([...ids].sort());
          expect(a.length - b.length).toBe(ids.length % 2);
        },
      ),
    );
  });

  it('depends on the seed and not on the order of the samples', () => {
    const ids = Array.from({ length: 30 }, (_, i) => `frame${i}`);
    expect(splitHalves(named(ids.toReversed()), 5)).toEqual(splitHalves(named(ids), 5));
    expect(splitHalves(named(ids), 6).a).not.toEqual(splitHalves(named(ids), 5).a);
  });

  it('refuses a single sample and double ids', () => {
    expect(() => splitHalves(named(['x']), 1)).toThrow(ConfigError);
    expect(() => splitHalves(named(['x', 'y', 'x']), 1)).toThrow(/different ids, got "x" twice/);
  });
});

describe('restoreHalves', () => {
  const samples = named(['p', 'q', 'r', 's', 't']);

  it('finds the same samples after the halves went through JSON', () => {
    const stored: unknown = JSON.parse(JSON.stringify(splitHalves(samples, 3)));
    const halves = stored as ReturnType<typeof splitHalves>;
    const { a, b } = restoreHalves(samples.toReversed(), halves);
    expect(a.map(({ id }) => id)).toEqual(halves.a);
    expect(b.map(({ imageFile }) => imageFile)).toEqual(halves.b.map((id) => `${id}.jpg`));
  });

  it('names samples that are missing', () => {
    const halves = splitHalves(samples, 3);
    const rest = samples.filter(({ id }) => id !== 'q' && id !== 's');
    expect(() => restoreHalves(rest, halves)).toThrow(DataError);
    expect(() => restoreHalves(rest, halves)).toThrow(/got none for (q, s|s, q); restore/);
  });

  it('refuses halves that overlap', () => {
    expect(() => restoreHalves(samples, { seed: 1, a: ['p', 'q'], b: ['q'] })).toThrow(
      /expected disjoint halves, got "q" in both/,
    );
  });
});
