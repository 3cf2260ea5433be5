/**
 * Repeatable randomness: a tree of generators, each named by its purpose.
 *
 * A generator is never shared and never stored in a module. `fork('augment/3/17')` depends only on
 * the parent's seed and the name, not on how many numbers were drawn before, so a resumed run draws
 * what the uninterrupted run would have drawn.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { ConfigError } from './errors.js';

/** 32-bit hash of a text: FNV-1a, then murmur3's finalizer, so that every bit counts. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A seeded random generator that splits by name. */
export class Random {
  /** The seed of this generator, an unsigned 32-bit integer. */
  readonly seed: number;
  private readonly generator: RandomGenerator;
  private spareNormal: number | undefined;

  /**
   * @param seed - an integer from 0 to 2^32 - 1
   * @throws {@link ConfigError} for another seed
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new ConfigError(`seed: expected an integer from 0 to 4294967295, got ${seed}`);
    }
    this.seed = seed;
    // Hashed, since the generator's first numbers are similar for all small seeds.
    this.generator = xoroshiro128plus(hash(`generator/${seed}`));
  }

  /** A generator for one purpose; one name always means one generator, whatever was drawn before. */
  fork(name: string): Random {
    return new Random(hash(`${this.seed}/${name}`));
  }

  /** A number from [low, high), uniformly distributed. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFloat64(this.generator);
  }

  /** An integer from [0, bound), uniformly distributed. */
  integer(bound: number): number {
    return uniformInt(this.generator, 0, bound - 1);
  }

  /** A number from the standard normal distribution (Box-Muller). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A shuffled copy of `items` (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }
}
