import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError, ShapeError } from '../../../lib/errors.js';
import { entropyFigure } from '../../../lib/plot/curves/entropy.js';
import { learningRateFigure, thin } from '../../../lib/plot/curves/learning-rate.js';
import {
  operationShareFigure,
  sharesOfOperations,
} from '../../../lib/plot/curves/operation-share.js';
import { epochTimes, resourcesFigure } from '../../../lib/plot/curves/resources.js';
import {
  blocksOf,
  edgeEntropies,
  nodeEntropies,
  trellisOf,
} from '../../../lib/plot/curves/rows.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';
import { HistoryWriter, readHistory } from '../../../lib/run/history.js';
import { createTrellis } from '../../../lib/search-space/trellis.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { syntheticHistory } from './synthetic-history.js';

/** The row of one epoch of a search of 1 block and 2 layers. */
function epochRow(epoch: number, alpha: readonly number[], beta: readonly number[]): HistoryEntry {
  return {
    epoch,
    step: epoch + 1,
    phase: 'architecture',
    kind: 'epoch',
    alpha: Float32Array.from(alpha),
    beta: Float32Array.from(beta),
  };
}

const EQUAL = Array.from({ length: 16 }, () => 0);
const ARROWS = createTrellis({ layers: 2 }).arrows.length; // 7

describe('sizes told by lengths', () => {
  it('finds blocks and layers, whatever the first layer may be', () => {
    expect([16, 40, 72, 112, 160].map((length) => blocksOf({ length }))).toEqual([1, 2, 3, 4, 5]);
    for (const firstLayer of ['free', 'stride-4'] as const) {
      for (let layers = 1; layers <= 14; layers++) {
        const trellis = createTrellis({ layers, firstLayer });
        expect(trellisOf({ length: trellis.arrows.length })).toEqual(trellis);
      }
    }
  });

  it('says that a length fits no search', () => {
    expect(() => blocksOf({ length: 17 })).toThrow(ShapeError);
    expect(() => trellisOf({ length: 104 })).toThrow(/expected one number an arrow .* got 104/);
  });
});

describe('entropies', () => {
  it('are 1 where all is equal and 0 where one has all the weight', () => {
    const alpha = [...EQUAL];
    alpha[8] = 1000;
    const [first, second] = edgeEntropies(alpha);
    expect(first).toBeCloseTo(1, 12);
    expect(second).toBeCloseTo(0, 12);
  });

  it('agree with a computation by hand', () => {
    // One operation has the weight 1/2, seven have 1/14 each.
    const alpha = [...EQUAL];
    alpha[0] = Math.log(7);
    const entropy = 0.5 * Math.log(2) + 0.5 * Math.log(14);
    expect(edgeEntropies(alpha)[0]).toBeCloseTo(entropy / Math.log(8), 6);
    // Arrows from the stem: weights 1/4 and 3/4.
    const trellis = createTrellis({ layers: 2 });
    const beta = [0, Math.log(3), 0, 0, 0, 0, 0];
    const ofStem = 0.25 * Math.log(4) + 0.75 * Math.log(4 / 3);
    const entropies = nodeEntropies(beta, trellis);
    expect(entropies).toHaveLength(3); // stem, and layer 1 at strides 4 and 8
    expect(entropies[0]).toBeCloseTo(ofStem / Math.log(2), 6);
    expect(entropies[2]).toBeCloseTo(1, 6);
  });

  it('are drawn as mean and range by epoch', () => {
    const decided = [...EQUAL];
    decided[0] = 1000;
    const beta = Array.from({ length: ARROWS }, () => 0);
    const { data } = entropyFigure([epochRow(0, EQUAL, beta), epochRow(1, decided, beta)]);
    expect(data.map(({ yaxis }) => yaxis)).toEqual(['y', 'y', 'y2', 'y2']);
    const [area, line] = data;
    expect(line.x).toEqual([1, 2]);
    expect((line.y as number[])[1]).toBeCloseTo(0.5, 12);
    expect(area.y).toHaveLength(4);
    expect((area.y as number[])[2]).toBeCloseTo(0, 12); // the most decided edge of epoch 2
  });

  it('need epochs with α and β', () => {
    expect(() => entropyFigure([])).toThrow(DataError);
  });
});

describe('operationShareFigure', () => {
  it('counts weights, strongest operations and branches of the decoded cell', () => {
    const alpha = [...EQUAL];
    alpha[3] = 5; // edge 0: skip
    alpha[8] = 9; // edge 1: none is strongest,
    alpha[8 + 4] = 2; // then a separable convolution
    const shares = (measure: 'weight' | 'strongest' | 'decoded') =>
      sharesOfOperations(Float32Array.from(alpha), measure);
    expect(shares('strongest')).toMatchObject({ skip_connect: 0.5, none: 0.5, sep_conv_3x3: 0 });
    expect(shares('decoded')).toMatchObject({ skip_connect: 0.5, none: 0, sep_conv_3x3: 0.5 });
    const skip = Math.exp(5) / (Math.exp(5) + 7);
    const rest = 1 / (Math.exp(9) + Math.exp(2) + 6);
    expect(shares('weight').skip_connect).toBeCloseTo((skip + rest) / 2, 6);
  });

  it('stacks kinds that sum to 1 at each epoch', () => {
    const history = syntheticHistory({ epochs: 6, start: 2 });
    const { data } = operationShareFigure(history, { measures: ['weight', 'strongest'] });
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
    expect(text(true)).toContain('Skip connections dominate since epoch 21');
    expect(text(false)).not.toContain('dominate');
  });

  it('refuses a measure that it does not know', () => {
    const history = syntheticHistory({ epochs: 2 });
    expect(() => operationShareFigure(history, { measures: [] })).toThrow(ConfigError);
  });
});

describe('learningRateFigure', () => {
  it('draws the steps, and α and β only where they learn', () => {
    const { data } = learningRateFigure(syntheticHistory({ epochs: 4, start: 2 }));
    expect(data.map(({ name, x }) => [name, (x as number[])[0], (x as number[]).length])).toEqual([
      ['weights', 1, 40],
      ['α and β', 21, 20],
    ]);
  });

  it('uses the epochs where no steps are noted', () => {
    const epochs = syntheticHistory({ epochs: 4 }).filter(({ kind }) => kind === 'epoch');
    expect(learningRateFigure(epochs).data[0].x).toEqual([10, 20, 30, 40]);
    expect(() => learningRateFigure([])).toThrow(DataError);
  });

  it('thins long runs evenly and keeps both ends', () => {
    expect(thin([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
    expect(thin([1, 2], 3)).toEqual([1, 2]);
  });
});

describe('resourcesFigure', () => {
  const place = { epoch: 0, step: 10, phase: 'weights' };
  const history: HistoryEntry[] = [
    { ...place, kind: 'evaluation', seconds: 19 },
    { ...place, kind: 'epoch', seconds: 100, dataSeconds: 30, memoryBytes: 2 ** 31 },
    { ...place, epoch: 1, step: 20, kind: 'epoch', seconds: 50, dataSeconds: 0 },
  ];

  it('tells computing, waiting and validation apart', () => {
    expect(epochTimes(history)).toEqual([
      { epoch: 1, computing: 70, waiting: 30, validation: 19 },
      { epoch: 2, computing: 50, waiting: 0, validation: 0 },
    ]);
    const { data, layout } = resourcesFigure(history);
    expect(data.map(({ y }) => y)).toEqual([[70, 50], [19, 0], [30, 0], [2]]);
    expect(JSON.stringify(layout.title)).toContain(
      '2 min 49 s in 2 epochs: 71 % computing, 11 % validation, 18 % waiting for data',
    );
  });

  it('counts long epochs in minutes', () => {
    const [row] = history.slice(1);
    const { data } = resourcesFigure([{ ...row, seconds: 600, dataSeconds: 60 }]);
    expect(data.map(({ y }) => y)).toEqual([[9], [0], [1], [2]]);
    expect(() => resourcesFigure(history.slice(0, 1))).toThrow(DataError);
  });
});

describe('figures of a history on disk', () => {
  const folder = temporaryFolder();

  it('are those of the rows that were written', async () => {
    const file = join(folder, 'history.arrow');
    const history = syntheticHistory({ epochs: 5, start: 2, stepsPerEpoch: 3 });
    const writer = await HistoryWriter.open(file, 0);
    history.forEach((row) => writer.add(row));
    await writer.close();
    const read = await readHistory(file);
    for (const figure of [
      entropyFigure,
      operationShareFigure,
      learningRateFigure,
      resourcesFigure,
    ]) {
      expect(figure(read)).toEqual(figure(history));
    }
  });
});
