/** The decoding rule of the paper for a cell, in probability space and without the library. */
import type { Genotype } from '../../lib/architecture/genotype.js';
import { Random } from '../../lib/random.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';

/**
 * Per block two strongest inputs with their operations, as {@link cellWords} writes them.
 *
 * @param operations - names in the order of α's columns; zero is the one called `none`
 */
export function referenceDecode(
  alpha: ArrayLike<number>,
  blocks: number,
  zeroInArgmax = false,
  operations: readonly string[] = PRIMITIVES,
): string[] {
  const width = operations.length;
  const zero = operations.indexOf('none');
  const cells: string[] = [];
  let start = 0;
  for (let block = 0; block < blocks; block++) {
    const rows: { input: number; strength: number; operation: number }[] = [];
    for (let input = 0; input < block + 2; input++) {
      const row = Array.from({ length: width }, (_, k) => alpha[(start + input) * width + k]);
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
      const softmax = row.map((value) => Math.exp(value) / total);
      const strength = Math.max(...softmax.filter((_, k) => k !== zero));
      const operation = softmax.indexOf(zeroInArgmax ? Math.max(...softmax) : strength);
      rows.push({ input, strength, operation });
    }
    start += block + 2;
    const kept = rows.sort((a, b) => b.strength - a.strength).slice(0, 2);
    kept.sort((a, b) => a.input - b.input);
    cells.push(kept.map(({ input, operation }) => `${input}:${operations[operation]}`).join(' '));
  }
  return cells;
}

/** A cell in words, one per block: `0:sep_conv_3x3 1:skip_connect`. */
export function cellWords({ blocks }: Genotype): string[] {
  return blocks.map((block) =>
    [block.left, block.right].map(({ input, operation }) => `${input}:${operation}`).join(' '),
  );
}

/** α of normally distributed logits. */
export function randomAlpha(seed: number, deviation = 1, edges = 20, operations = 8): Float64Array {
  const random = new Random(seed).fork('logits');
  return Float64Array.from({ length: edges * operations }, () => deviation * random.normal());
}
