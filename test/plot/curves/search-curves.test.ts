import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { searchCurvesFigure, summariseTrials } from '../../../lib/plot/curves/search-curves.js';
import type { RunHistory } from '../../../lib/run/history.js';
import { historyOf, syntheticHistory } from './synthetic-history.js';

/** A history with the given mean IoU at the end of each epoch. */
function trial(values: readonly (number | null)[], start = Infinity): RunHistory {
  const rows = values.map((meanIou, epoch) => ({
    epoch,
    step: 10 * (epoch + 1),
    phase: epoch >= start ? 'architecture' : 'weights',
    kind: 'epoch',
    meanIou,
    loss: 1,
  }));
  return historyOf(rows);
}

describe('summariseTrials', () => {
  it('gives mean and sample standard deviation, as computed by hand', () => {
    const [point] = summariseTrials([trial([0.1]), trial([0.2]), trial([0.6])], 'meanIou');
    const deviation = Math.sqrt((0.2 ** 2 + 0.1 ** 2 + 0.3 ** 2) / 2);
    expect(point.epoch).toBe(1);
    expect(point.mean).toBeCloseTo(0.3, 12);
    expect(point.high - point.mean).toBeCloseTo(deviation, 12);
    expect(point.mean - point.low).toBeCloseTo(deviation, 12);
  });

  it('reaches from the lowest to the highest trial as a range', () => {
    const [point] = summariseTrials([trial([0.1]), trial([0.2]), trial([0.6])], 'meanIou', 'range');
    expect([point.low, point.high]).toEqual([0.1, 0.6]);
  });

  it('keeps to the epochs that all trials have', () => {
    const points = summariseTrials(
      [trial([0.1, 0.2, 0.3]), trial([0.3, null, 0.5, 0.6])],
      'meanIou',
    );
    expect(points.map(({ epoch }) => epoch)).toEqual([1, 3]);
    expect(points[1].mean).toBeCloseTo(0.4, 12);
  });
});

describe('searchCurvesFigure', () => {
  it('draws each trial, the band and the mean', () => {
    const { data, layout } = searchCurvesFigure({ a: trial([0.1, 0.2]), b: trial([0.3, 0.4]) });
    expect(data.map(({ name }) => name)).toEqual(['a', 'b', '± 1 standard deviation', 'mean']);
    expect(data[0]).toMatchObject({ x: [1, 2], y: [0.1, 0.2] });
    const mean = data[3].y as number[];
    expect(mean[0]).toBeCloseTo(0.2, 12);
    expect(mean[1]).toBeCloseTo(0.3, 12);
    expect(JSON.stringify(layout.title)).toContain('±\u00a014.1\u00a0points');
  });

  it('breaks what stands below the title of several trials for narrow figures', () => {
    const trials = Array.from({ length: 10 }, () => trial(Array.from({ length: 40 }, () => 0.5)));
    const { title } = searchCurvesFigure(trials).layout as { title: { text: string } };
    const lines = title.text.split(/ ?<br>/).map((line) => line.replaceAll(/<[^>]*>/g, ''));
    expect(lines.slice(1).join(' ')).toBe(
      'validation mIoU after epoch 40, mean of 10 trials: 50.0 % ±\u00a00.0\u00a0points',
    );
    // 58 characters of 12 pixels fit into 420 pixels.
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(58);
  });

  it('leaves out mean and band of a single trial', () => {
    const { data, layout } = searchCurvesFigure([trial([0.1, 0.4, 0.2])]);
    expect(data).toHaveLength(1);
    expect(JSON.stringify(layout.title)).toContain('best: 40.0 % (epoch 2)');
  });

  it('marks the epoch from which α and β learn', () => {
    const { layout } = searchCurvesFigure([trial([0.1, 0.2, 0.3], 2)]);
    expect(layout.shapes).toMatchObject([{ x0: 2, x1: 2 }]);
    expect(searchCurvesFigure([trial([0.1, 0.2], 0)]).layout.shapes).toEqual([]);
  });

  it('draws one plot for each metric', () => {
    const { data, layout } = searchCurvesFigure([syntheticHistory({ epochs: 4, start: 2 })], {
      metrics: ['meanIou', 'loss', 'architectureLoss'],
    });
    expect(data.map(({ yaxis }) => yaxis)).toEqual(['y', 'y2', 'y3']);
    expect(data[2].x).toEqual([3, 4]);
    expect(layout).toHaveProperty('yaxis3');
    expect(layout.xaxis).toMatchObject({ anchor: 'y3' });
  });

  it('does not let the name of a trial be read as a tag', () => {
    const { data } = searchCurvesFigure({ '<b>x': trial([0.1]), y: trial([0.2]) });
    expect(data[0].name).toBe('&lt;b&gt;x');
  });

  it('says what is wrong', () => {
    expect(() => searchCurvesFigure([])).toThrow(ConfigError);
    expect(() => searchCurvesFigure([trial([0.1])], { metrics: ['miou' as 'meanIou'] })).toThrow(
      /expected at least one trial, and metrics out of meanIou, .* got 1 trials and \[miou\]/,
    );
    expect(() => searchCurvesFigure({ a: trial([null, null]) })).toThrow(DataError);
    expect(() => searchCurvesFigure({ a: trial([null]) })).toThrow(/got none in "a"/);
  });
});
