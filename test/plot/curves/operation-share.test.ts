import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import { entropyFigure } from '../../../lib/plot/curves/entropy.js';
import {
  operationShareFigure,
  sharesOfOperations,
} from '../../../lib/plot/curves/operation-share.js';
import { operationNamed } from '../../../lib/search-space/operations/registry.js';
import { PAPER_SHAPE } from '../../../lib/search-space/shape.js';
import { operationLists } from '../../helpers/operation-lists.js';
import { syntheticHistory } from './synthetic-history.js';

const SMALL = { ...PAPER_SHAPE, layers: 2, blocks: 1 };

const EQUAL = Array.from({ length: 16 }, () => 0);

describe('operationShareFigure', () => {
  it('gives probabilities, strongest operations and branches of the decoded cell', () => {
    const alpha = [...EQUAL];
    alpha[3] = 5; // edge 0: skip
    alpha[8] = 9; // edge 1: none is strongest,
    alpha[8 + 4] = 2; // then a separable convolution
    const shares = (measure: 'probability' | 'strongest' | 'decoded') =>
      sharesOfOperations(alpha, SMALL, measure);
    expect(shares('strongest')).toMatchObject({ skip_connect: 0.5, none: 0.5, sep_conv_3x3: 0 });
    expect(shares('decoded')).toMatchObject({ skip_connect: 0.5, none: 0, sep_conv_3x3: 0.5 });
    const skip = Math.exp(5) / (Math.exp(5) + 7);
    const rest = 1 / (Math.exp(9) + Math.exp(2) + 6);
    expect(shares('probability').skip_connect).toBeCloseTo((skip + rest) / 2, 6);
  });

  it('stacks families that sum to 1 at each epoch', () => {
    const history = syntheticHistory({ epochs: 6, start: 2 });
    const { data } = operationShareFigure(history, { measures: ['probability', 'strongest'] });
    expect(data.map(({ name }) => name)).toEqual([
      ...['convolution', 'pooling', 'skip connection', 'none'],
      ...['convolution', 'pooling', 'skip connection', 'none'],
    ]);
    for (const panel of [data.slice(0, 4), data.slice(4)]) {
      const values = panel.map(({ y }) => y as number[]);
      values[0].forEach((_, epoch) => {
        expect(values.reduce((sum, y) => sum + y[epoch], 0)).toBeCloseTo(1, 6);
      });
    }
    expect(operationShareFigure(history, { by: 'operation' }).data).toHaveLength(16);
  });

  it('has the diagnosis of the operations below the title, if wanted', () => {
    const history = syntheticHistory({ drift: { skip_connect: 5 } });
    const text = (withDiagnosis: boolean) =>
      JSON.stringify(operationShareFigure(history, { withDiagnosis }).layout.title);
    expect(text(true)).toContain('Skip connections have dominated since epoch 21');
    expect(text(false)).not.toContain('dominated');
  });

  it.each(operationLists)('draws %s with their labels and colours', (_, operations) => {
    const history = syntheticHistory({ epochs: 4, start: 1, operations });
    const { data } = operationShareFigure(history, { by: 'operation', measures: ['decoded'] });
    const drawn = data.map(({ name, line }) => [name, (line as { color: string }).color]).reverse();
    const known = operations.map(operationNamed);
    expect(drawn).toEqual(known.map(({ shortLabel, color }) => [shortLabel, color]));
    const families = operationShareFigure(history, { measures: ['probability'] }).data;
    expect(families).toHaveLength(new Set(known.map(({ family }) => family)).size);
    const sum = families.reduce((total, { y }) => total + (y as number[])[3], 0);
    expect(sum).toBeCloseTo(1, 6);
    const [, alpha] = entropyFigure(history).data;
    expect((alpha.y as number[])[0]).toBeCloseTo(1, 3); // all are equal, however many there are
  });

  it('refuses a measure that it does not know', () => {
    const history = syntheticHistory({ epochs: 2 });
    expect(() => operationShareFigure(history, { measures: [] })).toThrow(ConfigError);
  });
});
