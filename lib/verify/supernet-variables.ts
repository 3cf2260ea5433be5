/**
 * Variables of a supernet filled edge by edge, as the PyTorch reference names them, and gradients
 * taken apart the same way.
 *
 * The library holds the weights of all edges that leave a state in one variable; the reference has
 * one per edge.
 */
import { edgeIndex, firstConsumer } from '../search-space/edges.js';
import type { VariableSpec } from '../nn/scope.js';
import { fillVariable } from './fill.js';

/** One edge's part of a variable. */
export interface Part {
  readonly name: string;
  readonly shape: number[];
  /** Indices of the part's elements in the whole variable, in C order. */
  readonly indices: Int32Array;
}

/** Takes a variable of the library apart into those of the reference. */
export function partsOf(
  { name, shape, outputAxis: axis }: Pick<VariableSpec, 'name' | 'shape' | 'outputAxis'>,
  blocks: number,
): Part[] {
  const state = /^(.*\/)state(\d+)(\/.*)$/.exec(name);
  const size = shape.reduce((product, n) => product * n, 1);
  if (!state) {
    return [{ name, shape: [...shape], indices: Int32Array.from({ length: size }, (_, i) => i) }];
  }
  const [, before, digits, after] = state;
  const input = Number(digits);
  const first = firstConsumer(input);
  const consumers = blocks - first;
  const inner = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const length = shape[axis] / consumers;
  return Array.from({ length: consumers }, (_, consumer) => ({
    name: `${before}edge${edgeIndex(first + consumer, input)}${after}`,
    shape: shape.map((n, i) => (i === axis ? length : n)),
    indices: Int32Array.from({ length: size / consumers }, (_unused, i) => {
      const outer = Math.floor(i / (length * inner));
      return outer * shape[axis] * inner + consumer * length * inner + (i % (length * inner));
    }),
  }));
}

/** Values of a variable, each edge filled by its own name. */
export function fillSupernetVariable(spec: VariableSpec, blocks: number): Float32Array {
  const whole = new Float32Array(spec.shape.reduce((product, n) => product * n, 1));
  for (const part of partsOf(spec, blocks)) {
    fillVariable(part.name, part.shape).forEach((value, i) => {
      whole[part.indices[i]] = value;
    });
  }
  return whole;
}
