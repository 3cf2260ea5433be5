/**
 * How much memory a work will take, roughly: enough to leave out what cannot run, and to decide
 * what may run side by side. The memory guard catches what is estimated too low.
 */
import type { Implementation, Work } from './cases.js';

const MIB = 2 ** 20;
const FLOAT = 4;

/** The wasm backend addresses its memory with 32 bits. */
export const WASM_LIMIT_MIB = 4096;

/** Sums what `of` gives for each edge of the cell of each arrow into a node of the search network. */
function sumOverEdges({ layers, blocks }: SearchSize, of: (level: number) => number): number {
  const edges = (blocks * (blocks + 3)) / 2;
  let sum = 0;
  for (let layer = 1; layer <= layers; layer++) {
    for (let level = 0; level < Math.min(layer + 1, 4); level++) {
      const before = Math.min(layer, 4);
      const arrows = [level - 1, level, level + 1].filter((from) => from >= 0 && from < before);
      sum += arrows.length * edges * of(level);
    }
  }
  return sum;
}

/** Size of one tensor of every edge of every incoming arrow of the search network, in MiB. */
function edgeTensors(size: SearchSize): number {
  const { filterMultiplier, crop, batch } = size;
  const elements = sumOverEdges(size, (level) => {
    const side = Math.ceil(crop / (4 * 2 ** level));
    return filterMultiplier * 2 ** level * side ** 2 * batch;
  });
  return (elements * FLOAT) / MIB;
}

type SearchSize = Extract<Work, { kind: 'search' }>;

/** Size of one tensor of the size of the images, with one channel, in MiB. */
function imageTensors(work: Exclude<Work, { kind: 'search' }>): number {
  const pixels = work.kind === 'retrain' ? work.crop ** 2 : work.height * work.width;
  return (pixels * work.batch * FLOAT) / MIB;
}

/** Memory of a process before it has done anything, in MiB. */
const BASE: Readonly<Record<Implementation, number>> = {
  compiled: 600,
  'compiled-bfloat16': 600,
  eager: 650,
  wasm: 400,
  pytorch: 350,
  'pytorch-bfloat16': 350,
  'pytorch-compiled': 900,
  'pytorch-compiled-bfloat16': 900,
};

/** In bfloat16 about as much as in float32, or less. */
const inBoth = (compiled: number, pytorch: number) => ({
  compiled,
  'compiled-bfloat16': compiled,
  pytorch,
  'pytorch-bfloat16': pytorch,
  'pytorch-compiled': pytorch,
  'pytorch-compiled-bfloat16': pytorch,
});

/** How many such tensors are held at the peak; fitted to measured peaks. */
const HELD: Readonly<Record<Work['kind'], Readonly<Record<Implementation, number>>>> = {
  search: { ...inBoth(8, 36), eager: 110, wasm: 110 },
  retrain: { ...inBoth(1200, 1200), eager: 1800, wasm: 1800 },
  infer: { ...inBoth(120, 160), eager: 160, wasm: 160 },
};

/** What the graph of the compiled steps takes for each edge before they run, in MiB; fitted to measured memory. */
const GRAPH_OF_EDGE = 0.7;

/** The peak memory of a process that does a work, in MiB. */
export function estimateMiB(work: Work, implementation: Implementation): number {
  const held = HELD[work.kind][implementation];
  if (work.kind !== 'search') {
    return BASE[implementation] + held * imageTensors(work);
  }
  const isGraph = implementation.startsWith('compiled');
  const graph = isGraph ? GRAPH_OF_EDGE * sumOverEdges(work, () => 1) : 0;
  return BASE[implementation] + graph + held * edgeTensors(work);
}

const gibibytes = (mebibytes: number) => `${(mebibytes / 1024).toFixed(1)} GiB`;

/** Why a work cannot run within `limitMiB`; undefined if it can. */
export function memoryProblem(
  work: Work,
  implementation: Implementation,
  limitMiB: number,
): string | undefined {
  const estimate = estimateMiB(work, implementation);
  if (implementation === 'wasm' && estimate > WASM_LIMIT_MIB) {
    return `needs about ${gibibytes(estimate)}, and wasm holds ${gibibytes(WASM_LIMIT_MIB)}`;
  }
  return estimate > limitMiB
    ? `needs about ${gibibytes(estimate)}, and there are ${gibibytes(limitMiB)} (--memory)`
    : undefined;
}

/** Splits what is to run into groups that fit side by side, in their order. */
export function groupByMemory<M extends { readonly estimateMiB: number }>(
  members: readonly M[],
  limitMiB: number,
): readonly (readonly M[])[] {
  const groups: M[][] = [];
  let used = Infinity;
  for (const member of members) {
    if (used + member.estimateMiB > limitMiB) {
      groups.push([]);
      used = 0;
    }
    groups[groups.length - 1].push(member);
    used += member.estimateMiB;
  }
  return groups;
}
