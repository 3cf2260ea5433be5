/** Architectures in words and characters: what does each number mean? */
import { ConfigError } from '../errors.js';
import { edgeIndex, stateName } from '../search-space/edges.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { PRIMITIVES } from '../search-space/operations/paper.js';
import { levelStride } from '../search-space/trellis.js';
import { count, table } from '../text.js';
import type { Architecture } from './architecture.js';
import { ARCHITECTURE_LEVELS } from './architecture.js';
import type { Branch, Genotype } from './genotype.js';

/**
 * Describes an architecture in plain text: its path as a drawing and layer by layer, its cell block
 * by block, and what the numbers in its document mean.
 */
export function describeArchitecture(architecture: Architecture): string {
  const { path, genotype, operations, provenance } = architecture;
  const blocks = genotype.blocks.length;
  return [
    `${count(path.length, 'layer')}, one cell of ${count(blocks, 'block')} in every layer`,
    `Source: ${[provenance.source, provenance.dataset].filter(Boolean).join('; ')}`,
    '',
    'Path',
    drawPath(path),
    '',
    drawLayers(path),
    'Where H^{l-2} has another size than the cell, it is resized.',
    '',
    'Cell',
    drawCell(genotype, operations),
    '',
    'What the numbers mean',
    numbersOf(operations),
    '',
  ].join('\n');
}

function numbersOf(operations: readonly string[]): string {
  const last = operations.length - 1;
  const columns = [0, last].map((k) => `${k} ${operationNamed(operations[k]).label}`);
  return [
    'path: one level per layer. Level 0, 1, 2, 3 is stride 4, 8, 16, 32: the feature map is that many',
    '  times smaller than the image in each direction. Going down one level doubles the channels.',
    'input: what a branch reads. 0 is the cell before the last (H^{l-2}), 1 the last cell (H^{l-1}),',
    '  2 the first block of this cell, 3 the second, and so on.',
    'edge: the same input as a row of alpha: edges are counted block by block (2 for block 1, 3 for',
    `  block 2, ...). op: the operation as a column of alpha, ${columns.join(' to ')}.`,
  ].join('\n');
}

/** The column of the stem: a space and its name. */
const STEM_WIDTH = 5;

/**
 * Draws a path: one row per stride, one column per layer, before them the stem.
 *
 * @example
 * drawPath([0, 1, 1]);
 * // layer     stem  1  2  3
 * // stride  4    o  o  .  .
 * // stride  8    .  .  o  o
 * // stride 16    .  .  .  .
 * // stride 32    .  .  .  .
 */
export function drawPath(path: readonly number[]): string {
  const levels = [0, ...path];
  const width = Math.max(3, String(path.length).length + 1);
  const row = ([stem, ...cells]: readonly string[]) =>
    stem.padStart(STEM_WIDTH) + cells.map((cell) => cell.padStart(width)).join('');
  const strides = Array.from({ length: ARCHITECTURE_LEVELS }, (_, level) => {
    const marks = levels.map((at) => (at === level ? 'o' : '.'));
    return `stride ${String(levelStride(level)).padStart(2)}${row(marks)}`;
  });
  const head = levels.map((_, layer) => (layer === 0 ? 'stem' : String(layer)));
  return [`layer    ${row(head)}`, ...strides].join('\n');
}

/** A table of the layers: level, stride, and the two tensors that each cell reads. */
export function drawLayers(path: readonly number[]): string {
  const outputs = ['stem (stride 2)', 'stem (stride 4)'];
  const rows = path.map((level, i) => {
    const step = level - (i === 0 ? 0 : path[i - 1]);
    const move = step > 0 ? 'halves the size' : step < 0 ? 'doubles the size' : 'keeps the size';
    outputs.push(`layer ${i + 1} (stride ${levelStride(level)})`);
    return [`${i + 1}`, `${level}`, `${levelStride(level)}`, move, outputs[i + 1], outputs[i]];
  });
  const header = ['layer', 'level', 'stride', 'cell', 'H^{l-1}', 'H^{l-2}'];
  return table([header, ...rows], { align: 'left' });
}

/**
 * A table of the blocks: what each branch does, and its numbers in α.
 *
 * @param operations - names of the operations in the order of α's columns; the paper's by default
 * @throws {@link ConfigError} if the cell has another operation
 */
export function drawCell({ blocks }: Genotype, operations: readonly string[] = PRIMITIVES): string {
  const rows = blocks.flatMap(({ left, right }, i) => [
    [`${i + 1}`, 'left', ...branchCells(left, i, operations)],
    ['', 'right', ...branchCells(right, i, operations)],
  ]);
  const header = ['block', 'branch', 'operation', 'reads', 'input', 'edge', 'op'];
  const lines = table([header, ...rows], { align: 'left' });
  return (
    `${lines}\nEach block adds its two branches. The cell's output is the channels of its ` +
    `${count(blocks.length, 'block')} side by side.`
  );
}

function branchCells(
  { input, operation }: Branch,
  block: number,
  operations: readonly string[],
): string[] {
  const column = operations.indexOf(operation);
  if (column === -1) {
    throw new ConfigError(
      `operations: expected all that the cell has, got ${operations.join(', ')} without ` +
        `${operation}; pass the operations of the architecture`,
    );
  }
  const numbers = [input, edgeIndex(block, input), column].map(String);
  return [operationNamed(operation).label, stateName(input), ...numbers];
}
