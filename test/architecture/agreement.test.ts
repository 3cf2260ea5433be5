import { describe, expect, it } from 'vitest';
import { architectureAgreement } from '../../lib/architecture/agreement.js';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { ConfigError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';

const OPERATIONS = ['none', 'skip_connect', 'sep_conv_3x3'];

/** One block that reads both inputs of the cell. */
function architecture(path: readonly number[], left: string, right: string): Architecture {
  const block = {
    left: { input: 0, operation: left },
    right: { input: 1, operation: right },
  };
  const provenance = { source: 'test' };
  return { version: 1, path, genotype: { blocks: [block] }, operations: OPERATIONS, provenance };
}

describe('architectureAgreement', () => {
  it('counts levels and branches, as by hand', () => {
    const agreement = architectureAgreement([
      architecture([0, 1], 'skip_connect', 'sep_conv_3x3'),
      architecture([0, 0], 'skip_connect', 'skip_connect'),
      architecture([0, 1], 'sep_conv_3x3', 'sep_conv_3x3'),
    ]);
    expect(agreement.layers).toEqual([
      { layer: 1, counts: [3, 0, 0, 0], agreement: 1 },
      { layer: 2, counts: [1, 2, 0, 0], agreement: 1 / 3 },
    ]);
    expect(agreement.edges).toEqual([
      { block: 0, input: 0, kept: 3, counts: [0, 2, 1] },
      { block: 0, input: 1, kept: 3, counts: [0, 1, 2] },
    ]);
    // Pairs: (1, 2) share a layer and a branch, (1, 3) both layers and a branch, (2, 3) a layer.
    expect(agreement.pairs?.path).toBeCloseTo((0.5 + 1 + 0.5) / 3, 12);
    expect(agreement.pairs?.inputs).toBe(1);
    expect(agreement.pairs?.branches).toBeCloseTo((0.5 + 0.5 + 0) / 3, 12);
  });

  it('counts a state that both branches read once, and its operations each', () => {
    const both = architecture([0], 'skip_connect', 'sep_conv_3x3');
    const [block] = both.genotype.blocks;
    const genotype = { blocks: [{ ...block, right: { input: 0, operation: 'sep_conv_3x3' } }] };
    const [first, second] = architectureAgreement([{ ...both, genotype }]).edges;
    expect([first.kept, first.counts, second.kept]).toEqual([1, [0, 1, 1], 0]);
  });

  it('counts what two cells have in common as often as it is in both', () => {
    const one = architecture([0], 'skip_connect', 'skip_connect');
    const [{ left }] = one.genotype.blocks;
    const twice = { ...one, genotype: { blocks: [{ left, right: left }] } };
    const { pairs } = architectureAgreement([twice, one]);
    expect(pairs).toEqual({ path: 1, inputs: 0.5, branches: 0.5 });
    expect(architectureAgreement([one, twice]).pairs).toEqual(pairs);
  });

  it('is complete for architectures that are the same, and says nothing of a single one', () => {
    const one = randomArchitecture(new Random(1));
    expect(architectureAgreement([one, one]).pairs).toEqual({ path: 1, inputs: 1, branches: 1 });
    const alone = architectureAgreement([one]);
    expect([alone.pairs, alone.layers[0].agreement]).toEqual([undefined, undefined]);
    expect(alone.edges.reduce((sum, { kept }) => sum + kept, 0)).toBe(10);
  });

  it('has as the mean over the layers what two paths agree on', () => {
    const all = [1, 2, 3, 4, 5].map((seed) => randomArchitecture(new Random(seed)));
    const { layers, pairs } = architectureAgreement(all);
    const mean = layers.reduce((sum, { agreement = NaN }) => sum + agreement, 0) / layers.length;
    expect(pairs?.path).toBeCloseTo(mean, 12);
  });

  it('refuses none, and those of several search spaces', () => {
    const one = architecture([0], 'none', 'none');
    for (const all of [[], [one, architecture([0, 0], 'none', 'none')]]) {
      expect(() => architectureAgreement(all)).toThrow(ConfigError);
    }
    expect(() => architectureAgreement([one, { ...one, operations: ['none'] }])).toThrow(
      'got 2 of 2',
    );
  });
});
