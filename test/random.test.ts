import { describe, expect, it } from 'vitest';
import { ConfigError } from '../lib/errors.js';
import { Random } from '../lib/random.js';

const draw = (random: Random, count = 1000) =>
  Array.from({ length: count }, () => random.uniform());

describe('Random', () => {
  it('repeats with the seed, and differs between small seeds', () => {
    expect(draw(new Random(1))).toEqual(draw(new Random(1)));
    const firsts = [0, 1, 2, 3, 4].map((seed) => new Random(seed).uniform());
    expect(Math.max(...firsts) - Math.min(...firsts)).toBeGreaterThan(0.2);
  });

  it('forks by name, whatever was drawn before', () => {
    const parent = new Random(5);
    const before = draw(parent.fork('augment/3'));
    draw(parent);
    expect(draw(parent.fork('augment/3'))).toEqual(before);
    expect(draw(parent.fork('augment/4'))).not.toEqual(before);
    expect(draw(new Random(6).fork('augment/3'))).not.toEqual(before);
  });

  it('draws from the ranges that it names', () => {
    const random = new Random(2);
    const numbers = Array.from({ length: 2000 }, () => random.uniform(-1, 3));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...numbers)).toBeLessThan(3);
    const integers = new Set(Array.from({ length: 200 }, () => random.integer(4)));
    expect([...integers].sort()).toEqual([0, 1, 2, 3]);
    const hits = Array.from({ length: 2000 }, () => random.chance(0.3)).filter(Boolean).length;
    expect(hits / 2000).toBeCloseTo(0.3, 1);
  });

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = new Random(3);
    const numbers = Array.from({ length: 20_000 }, () => random.normal());
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(0.03); // four standard errors
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });

  it('shuffles a copy: every item once, each order as likely as the others', () => {
    const random = new Random(4);
    const items = [1, 2, 3];
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(items).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(items).toEqual([1, 2, 3]);
    expect([...orders.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    expect(Math.min(...orders.values())).toBeGreaterThan(880); // 1000 expected, deviation 29
  });

  it.each([-1, 0.5, NaN, 2 ** 32])('refuses the seed %d', (seed) => {
    expect(() => new Random(seed)).toThrow(ConfigError);
  });
});
