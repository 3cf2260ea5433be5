import { describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { randomArchitecture } from '../../../lib/architecture/random.js';
import {
  branchAgreementFigure,
  levelAgreementFigure,
} from '../../../lib/plot/search-space/agreement-figures.js';
import { Random } from '../../../lib/random.js';

const all = [publishedArchitecture, publishedArchitecture, randomArchitecture(new Random(1))];

interface Counts {
  readonly z: readonly (readonly number[])[];
  readonly text: readonly (readonly string[])[];
  readonly zmax: number;
}

const countsOf = (data: unknown): Counts => (data as readonly [Counts])[0];
const titleOf = (layout: unknown): string =>
  (layout as { readonly title: { readonly text: string } }).title.text;

describe('levelAgreementFigure', () => {
  it('has for each layer a column that counts all architectures', () => {
    const { data, layout } = levelAgreementFigure(all);
    const { z, text, zmax } = countsOf(data);
    expect(zmax).toBe(3);
    publishedArchitecture.path.forEach((level, layer) => {
      expect(z[level][layer]).toBeGreaterThanOrEqual(2);
      expect(z.reduce((sum, row) => sum + row[layer], 0)).toBe(3);
    });
    expect(text[3][0]).toBe(''); // no path is at stride 32 in layer 1
    expect(titleOf(layout)).toMatch(
      /In how many of 3 .*two of them agree on \d+\.\d % of the layers/,
    );
  });

  it('takes one, and another title', () => {
    const { data, layout } = levelAgreementFigure([publishedArchitecture], { title: 'mine' });
    expect(countsOf(data).zmax).toBe(1);
    expect(titleOf(layout)).toMatch(/^<b>mine<\/b>/);
    expect(titleOf(layout)).not.toContain('agree');
  });
});

describe('branchAgreementFigure', () => {
  it('has two branches per block in all, and in its last column the sum over the operations', () => {
    const { data } = branchAgreementFigure(all);
    const { z } = countsOf(data);
    expect(z).toHaveLength(20);
    for (const row of z) {
      const sum = row.slice(0, -1).reduce((a, b) => a + b, 0);
      expect(row.at(-1)).toBe(sum);
    }
    expect(z.reduce((sum, row) => sum + (row.at(-1) ?? 0), 0)).toBe(3 * 10);
  });
});
