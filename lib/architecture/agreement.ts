/** How far several architectures agree: which levels, inputs and operations they have in common. */
import { ConfigError } from '../errors.js';
import { cellEdges } from '../search-space/edges.js';
import { mean } from '../text.js';
import { ARCHITECTURE_LEVELS, type Architecture } from './architecture.js';
import type { GenotypeBlock } from './genotype.js';

/** The levels of one layer in several architectures. */
export interface LayerAgreement {
  /** From 1. */
  readonly layer: number;
  /** How many architectures are at each level, the finest first. */
  readonly counts: readonly number[];
  /** The share of pairs of architectures at the same level; undefined for a single one. */
  readonly agreement: number | undefined;
}

/** One edge of the cell in several architectures. */
export interface EdgeAgreement {
  /** The block that it leads to, from 0. */
  readonly block: number;
  /** The hidden state that it comes from. */
  readonly input: number;
  /** In how many architectures it is a branch. */
  readonly kept: number;
  /** In how many it is one with each of the operations, in their order. */
  readonly counts: readonly number[];
}

/** What several architectures have in common. */
export interface ArchitectureAgreement {
  /** How many there are. */
  readonly count: number;
  readonly operations: readonly string[];
  readonly layers: readonly LayerAgreement[];
  /** Edge by edge, in the order of α. */
  readonly edges: readonly EdgeAgreement[];
  /**
   * Means over all pairs of architectures, from 0 to 1: *path* - share of layers at the same level;
   * *inputs* - share of branches that read the same state; *branches* - and apply the same operation.
   * Undefined for a single architecture.
   */
  readonly pairs:
    | { readonly path: number; readonly inputs: number; readonly branches: number }
    | undefined;
}

/** Both branches of a block as texts. */
function branchesOf({ left, right }: GenotypeBlock, withOperation: boolean): string[] {
  return [left, right].map(({ input, operation }) =>
    withOperation ? `${input} ${operation}` : String(input),
  );
}

/** How many entries two lists have in common, each counted as often as it is in both. */
function commonEntries(a: readonly string[], b: readonly string[]): number {
  const rest = [...b];
  return a.filter((entry) => {
    const at = rest.indexOf(entry);
    return at !== -1 && rest.splice(at, 1).length > 0;
  }).length;
}

/** The mean of a measure over all pairs. */
function meanOverPairs(
  all: readonly Architecture[],
  measure: (a: Architecture, b: Architecture) => number,
): number {
  return mean(all.flatMap((a, i) => all.slice(i + 1).map((b) => measure(a, b))));
}

const pathShare = (a: Architecture, b: Architecture): number =>
  mean(a.path.map((level, i) => Number(level === b.path[i])));

const cellShare = (withOperation: boolean) => (a: Architecture, b: Architecture) =>
  mean(
    a.genotype.blocks.map((block, i) => {
      const [one, other] = [block, b.genotype.blocks[i]];
      return commonEntries(branchesOf(one, withOperation), branchesOf(other, withOperation)) / 2;
    }),
  );

function layersOf(all: readonly Architecture[]): LayerAgreement[] {
  const n = all.length;
  return all[0].path.map((_, i) => {
    const counts = Array.from(
      { length: ARCHITECTURE_LEVELS },
      (_, level) => all.filter(({ path }) => path[i] === level).length,
    );
    const same = counts.reduce((sum, k) => sum + k * (k - 1), 0);
    return { layer: i + 1, counts, agreement: n > 1 ? same / (n * (n - 1)) : undefined };
  });
}

function edgesOf(all: readonly Architecture[], operations: readonly string[]): EdgeAgreement[] {
  return cellEdges(all[0].genotype.blocks.length).map(({ block, input }) => {
    const branches = all.map(({ genotype }) => {
      const { left, right } = genotype.blocks[block];
      return [left, right].filter((branch) => branch.input === input);
    });
    return {
      block,
      input,
      kept: branches.filter(({ length }) => length > 0).length,
      counts: operations.map(
        (operation) =>
          branches.filter((some) => some.some((b) => b.operation === operation)).length,
      ),
    };
  });
}

/**
 * What several architectures of one search space have in common, such as those that a search finds under
 * different seeds.
 *
 * @throws {@link ConfigError} if there is none, or they differ in layers, blocks or candidate operations
 *
 * @example
 * const random = new Random(1);
 * const all = [1, 2, 3].map(() => randomArchitecture(random, { layers: 12, blocks: 5 }));
 * architectureAgreement(all).layers.length; // 12
 */
export function architectureAgreement(all: readonly Architecture[]): ArchitectureAgreement {
  const shapes = all.map(({ path, genotype, operations }) =>
    JSON.stringify([path.length, genotype.blocks.length, operations]),
  );
  if (new Set(shapes).size !== 1) {
    throw new ConfigError(
      'architectureAgreement: expected architectures of one search space (as many layers and blocks, the ' +
        `same candidate operations), got ${all.length} of ${new Set(shapes).size}; compare those that belong together`,
    );
  }
  const { operations } = all[0];
  const pairs = {
    path: meanOverPairs(all, pathShare),
    inputs: meanOverPairs(all, cellShare(false)),
    branches: meanOverPairs(all, cellShare(true)),
  };
  return {
    count: all.length,
    operations,
    layers: layersOf(all),
    edges: edgesOf(all, operations),
    pairs: all.length > 1 ? pairs : undefined,
  };
}
