import { describe, expect, it } from 'vitest';

import type { Branch } from '../../../lib/architecture/genotype.js';
import { ConfigError, ShapeError } from '../../../lib/errors.js';
import { networkCost, type NetworkCostOptions } from '../../../lib/segmentation/cost/cost.js';
import { operationNamed } from '../../../lib/search-space/operations/registry.js';
import { billion, countedCost as cost, publishedCost } from '../../helpers/network-costs.js';
import { FOUR, NINE } from '../../helpers/operation-lists.js';

/** Sizes and counts of Auto-DeepLab-S, M and L, from the authors' code and Table 2 of the paper. */
const published = [
  {
    filterMultiplier: 20,
    parameters: { 19: 10_147_427, 21: 10_147_941, 150: 10_181_094 },
    cells: [
      38240, 38960, 38400, 135200, 512000, 151200, 536000, 536000, 2038400, 2102400, 616000, 175200,
    ],
    aspp: 1_815_552,
    decoder: 1_296_160,
    plain: 320.45,
    paper: 333.2,
    table2: 333.25,
  },
  {
    filterMultiplier: 32,
    parameters: { 19: 21_622_451, 21: 21_622_965, 150: 21_656_118 },
    cells: [
      89216, 92288, 93312, 336128, 1290752, 377088, 1352192, 1352192, 5178368, 5342208, 1556992,
      438528,
    ],
    aspp: 2_706_432,
    decoder: 1_299_040,
    plain: 439.92,
    paper: 460.8,
    table2: 460.93,
  },
  {
    filterMultiplier: 48,
    parameters: { 19: 44_424_691, 21: 44_425_205, 150: 44_458_358 },
    cells: [
      189888, 198336, 203712, 743808, 2879232, 835968, 3017472, 3017472, 11601408, 11970048,
      3478272, 974208,
    ],
    aspp: 3_894_272,
    decoder: 1_302_880,
    plain: 662.42,
    paper: 694.9,
    table2: 695.03,
  },
] as const;

describe('the cost of the published network', () => {
  it.each(published)(
    'has the parameters of Table 2 at F = $filterMultiplier, cell by cell',
    ({ filterMultiplier, parameters, cells, aspp, decoder }) => {
      const cost = publishedCost(filterMultiplier, { height: 65, width: 65 });
      expect(cost.parameters).toBe(parameters[19]);
      const logits = 256 * 19 + 19;
      expect(cost.sections.map((section) => section.parameters)).toEqual([
        112_832,
        ...cells,
        aspp,
        decoder + logits,
      ]);
      for (const classes of [21, 150] as const) {
        const other = publishedCost(filterMultiplier, { classes, height: 65, width: 65 });
        expect(other.parameters).toBe(parameters[classes]);
      }
    },
  );

  it.each(published)(
    'has $plain billion multiply-adds at F = $filterMultiplier, $paper as the paper counts',
    ({ filterMultiplier, plain, paper, table2 }) => {
      const cost = publishedCost(filterMultiplier);
      expect(billion(cost.multiplyAdds, 2)).toBe(plain);
      expect(billion(cost.paperMultiplyAdds, 1)).toBe(paper);
      expect(Math.abs(cost.paperMultiplyAdds / 1e9 / table2 - 1)).toBeLessThan(3e-4);
      const asPaper = publishedCost(filterMultiplier, { counting: 'paper' });
      expect(asPaper.multiplyAdds).toBe(cost.paperMultiplyAdds);
    },
  );

  it("has the feature maps of the authors' unit test at 321 × 321 with F = 10", () => {
    const { sections } = publishedCost(10, { height: 321, width: 321 });
    const cells = [
      [81, 50],
      [81, 50],
      [81, 50],
      [41, 100],
      [21, 200],
      [41, 100],
      [21, 200],
      [21, 200],
      [11, 400],
      [11, 400],
      [21, 200],
      [41, 100],
    ].map(([size, channels]) => [size, size, channels]);
    expect(sections.map(({ output }) => output)).toEqual([
      [81, 81, 128],
      ...cells,
      [41, 41, 256],
      [81, 81, 19],
    ]);
    expect(sections.slice(1, 13).map(({ stride }) => stride)).toEqual([
      4, 4, 4, 8, 16, 8, 16, 16, 32, 32, 16, 8,
    ]);
  });

  it('has the feature maps of the training crop, 769 × 769 with F = 20', () => {
    const { sections, layers } = publishedCost(20, { height: 769, width: 769 });
    const sizes = [193, 193, 193, 97, 49, 97, 49, 49, 25, 25, 49, 97];
    const channels = [100, 100, 100, 200, 400, 200, 400, 400, 800, 800, 400, 200];
    expect(sections.slice(1, 13).map(({ output }) => output)).toEqual(
      sizes.map((size, i) => [size, size, channels[i]]),
    );
    const stem = layers.filter(({ name }) => name.startsWith('stem/'));
    expect(stem.map(({ output }) => output[0])).toEqual([385, 385, 193]);
  });

  it('sums its layers and its sections to the whole', () => {
    const cost = publishedCost(4, { height: 100, width: 70 });
    for (const rows of [cost.layers, cost.sections]) {
      expect(rows.reduce((total, row) => total + row.parameters, 0)).toBe(cost.parameters);
      expect(rows.reduce((total, row) => total + row.multiplyAdds, 0)).toBe(cost.multiplyAdds);
    }
    expect(new Set(cost.layers.map(({ name }) => name)).size).toBe(cost.layers.length);
  });
});

describe('the cost of any network', () => {
  it('equals a count by hand at a size that no stride divides', () => {
    const stem = 20 * 9 * 3 * 64 + 20 * 9 * 64 * 64 + 6 * 9 * 64 * 128;
    const cell = 6 * 64 * 6 + 6 * 128 * 6; // both inputs at the size of H^{l-1}, to 6 filters
    const atrous = 2 * 9 * 6 * 256;
    const aspp = 6 * 256 + 2 * 6 * 256 + 3 * atrous + 2 * 1280 * 256;
    const decoder = 6 * (128 * 48 + 9 * 304 * 256 + 9 * 256 * 256 + 256 * 2);
    expect(cost.sections.map(({ multiplyAdds }) => multiplyAdds)).toEqual([
      stem,
      cell,
      aspp,
      decoder,
    ]);
    expect(cost.multiplyAdds).toBe(stem + cell + aspp + decoder);
  });

  it('refuses what cannot be counted, naming it', () => {
    const bad = (options: Partial<NetworkCostOptions>) => () => publishedCost(20, options);
    expect(bad({ height: 0 })).toThrow(ShapeError);
    expect(bad({ counting: 'flops' as never })).toThrow(/counting: expected 'plain' or 'paper'/);
    expect(bad({ classes: 0 })).toThrow(ConfigError);
  });

  it.each([...new Set([...NINE, ...FOUR])])('counts %s as the operation does itself', (name) => {
    // Cells go down, then stay; the branch reads H^{l-1} at 6 × 8, then 3 × 4, or the first block.
    // A first block that reads H^{l-1}, so that its preparation is in both.
    const none = { input: 1, operation: 'none' };
    const skip = { input: 1, operation: 'skip_connect' };
    const withBranch = (left: Branch) =>
      networkCost({
        architecture: {
          path: [1, 1],
          genotype: {
            blocks: [
              { left: skip, right: none },
              { left, right: none },
            ],
          },
        },
        filterMultiplier: 3,
        classes: 2,
        height: 24,
        width: 32,
      });
    const operation = operationNamed(name);
    const small = { height: 3, width: 4, channels: 6 } as const;
    const large = { height: 6, width: 8, channels: 6, stride: 2 } as const;
    const within = operation.cost({ ...small, stride: 1 });
    for (const [input, first] of [
      [1, operation.cost(large)],
      [2, within],
    ] as const) {
      // oxfmt-ignore
      const whole = withBranch({ input, operation: name });
      const rest = withBranch(none);
      for (const key of ['parameters', 'multiplyAdds'] as const) {
        expect(whole[key] - rest[key]).toBe(first[key] + within[key]);
      }
    }
  });
});

describe('the widths of stem and head', () => {
  /** A 3×3 or 1×1 convolution with its batch norm. */
  const layer = (kernel: number, from: number, to: number) => kernel ** 2 * from * to + 2 * to;

  it('decide about their parameters, counted by hand', () => {
    const narrow = { stemWidths: [16, 24], headFilters: 32 } as const;
    const { sections } = publishedCost(8, {
      filterMultiplier: 8,
      classes: 11,
      height: 65,
      width: 65,
      ...narrow,
    });
    const of = (name: string) => sections.find((section) => section.name === name)?.parameters;
    expect(of('stem')).toBe(layer(3, 3, 16) + layer(3, 16, 16) + layer(3, 16, 24));
    const [atStride4, atStride8] = [5 * 8, 5 * 8 * 2];
    const branches = 2 * layer(1, atStride8, 32) + 3 * layer(3, atStride8, 32);
    expect(of('aspp')).toBe(branches + layer(1, 5 * 32, 32));
    const joined = layer(1, atStride4, 48) + layer(3, 48 + 32, 32) + layer(3, 32, 32);
    expect(of('decoder')).toBe(joined + 32 * 11 + 11);
  });

  it.each([
    [{ stemWidths: [16, 0] }, /^stemWidths\[1\]: expected a whole number ≥ 1, got 0/],
    [{ headFilters: 1.5 }, /^headFilters: expected a whole number ≥ 1, got 1.5/],
  ] as const)('refuse %j', (widths, message) => {
    expect(() => publishedCost(8, widths)).toThrow(message);
  });
});
