import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { sharpnessFigure, studyCurvesFigure } from '../../../lib/plot/study/curves-figure.js';
import { studyFigures } from '../../../lib/plot/study/figures.js';
import { GROUP_COLORS } from '../../../lib/plot/study/group-colors.js';
import { opinionFigure } from '../../../lib/plot/study/opinion-figure.js';
import { sizeFigure } from '../../../lib/plot/study/size-figure.js';
import { studyScoresFigure } from '../../../lib/plot/study/scores-figure.js';
import { STUDY_GROUPS } from '../../../lib/study/record.js';
import { studyReport } from '../../../lib/study/report/report.js';
import { syntheticStudy, withoutParts } from '../../study/synthetic-record.js';

const record = syntheticStudy({ searches: 3, randomPerFound: 2 });
const report = studyReport(record);
const none = withoutParts(record, () => true);

interface Marks {
  readonly meta: string;
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly text: readonly string[];
}

const marksOf = ({ data }: Figure, meta: string): Marks[] =>
  (data as unknown as readonly Marks[]).filter((trace) => trace.meta === meta);

const headingOf = ({ layout }: Figure): string =>
  (layout.title as { readonly text: string }).text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('studyScoresFigure', () => {
  const figure = studyScoresFigure(report);

  it('has a point for each network and each seed, the best network of a group above', () => {
    const [found, random] = marksOf(figure, 'networks');
    expect(marksOf(figure, 'networks').flatMap(({ x }) => x)).toHaveLength(16);
    const points = marksOf(figure, 'seeds').flatMap(({ text }) => text ?? []);
    expect(points).toHaveLength(32);
    expect(random.x).toEqual([...random.x].sort((a, b) => b - a));
    expect(random.y).toEqual([...random.y].sort((a, b) => a - b));
    expect(Math.max(...found.y)).toBeLessThan(Math.min(...random.y));
    expect(random.text[0]).toMatch(/^random-\d-\d: \d\d\.\d\d %, mean of 2 seeds$/);
  });

  it('draws the mean of each group through its rows, and its interval where it has one', () => {
    const shapes = figure.layout.shapes as readonly {
      readonly type: string;
      readonly x0: number;
      readonly x1: number;
    }[];
    const lines = shapes.filter(({ type }) => type === 'line').map(({ x0 }) => x0);
    expect(lines).toEqual(report.groups.map(({ meanIou }) => meanIou));
    const bands = shapes.filter(({ type }) => type === 'rect').map(({ x0, x1 }) => [x0, x1]);
    const intervals = report.groups.flatMap(({ interval }) => interval ?? []);
    expect(bands).toEqual(intervals.map(({ low, high }) => [low, high]));
    expect(bands).toHaveLength(4); // the published network is one
  });

  it('says the verdict, and of how many parts it was made', () => {
    expect(headingOf(figure)).toContain('32 retrainings of 16 networks');
    const half = withoutParts(record, (id) => id.endsWith('seed-2'));
    const drawn = studyScoresFigure(studyReport(half));
    expect(headingOf(drawn)).toContain(
      '16 retrainings of 16 networks; 16 parts of the study missing',
    );
  });

  it('needs a score', () => {
    expect(() => studyScoresFigure(studyReport(none))).toThrow(DataError);
  });

  it('gives every group a colour of its own', () => {
    expect(new Set(STUDY_GROUPS.map((group) => GROUP_COLORS[group])).size).toBe(6);
  });
});

describe('opinionFigure', () => {
  it('has for each search its networks with opinion and score, and a legend of its own', () => {
    const figure = opinionFigure(report, 'supernetMeanIou');
    const searches = marksOf(figure, 'networks');
    expect(searches.map(({ x }) => x.length)).toEqual([3, 3, 3]);
    const [first] = record.networks;
    expect(searches[0].x[0]).toBe(first.supernetMeanIou);
    expect(searches[0].y[0]).toBe(report.networks[0].meanIou);
    expect(marksOf(figure, 'key').map(({ name }) => name)).toEqual([
      ...['search-1', 'search-2', 'search-3'],
      ...['found', 'random'], // the others are of other sizes
    ]);
    expect(headingOf(figure)).toMatch(/Mean of 3 searches: Spearman ρ −?0\.\d+, Kendall τ/);
  });

  it('leaves networks out that have no score yet', () => {
    const half = withoutParts(record, (id) => id.startsWith('retrain-found-1'));
    const figure = opinionFigure(studyReport(half), 'logProbability');
    expect(marksOf(figure, 'networks').map(({ x }) => x.length)).toEqual([2, 3, 3]);
  });

  it('needs a network of a search with both', () => {
    expect(() => opinionFigure(studyReport(none), 'logProbability')).toThrow(DataError);
  });
});

describe('sizeFigure', () => {
  it('has every network with a score at its parameters, those of no search apart', () => {
    const figure = sizeFigure(report);
    const traces = marksOf(figure, 'networks');
    expect(traces.map(({ x }) => x.length)).toEqual([5, 5, 5, 1]);
    const published = report.networks.find(({ group }) => group === 'published')!;
    expect(traces[3]).toMatchObject({ x: [published.parameters], y: [published.meanIou] });
    expect(headingOf(figure)).toMatch(
      /16 networks, .* Spearman ρ of parameters and score: −?0\.\d+\./,
    );
    const { tickvals } = figure.layout.xaxis as { readonly tickvals: readonly number[] };
    expect(tickvals).toEqual([1e6, 2e6, 5e6]);
  });

  it('needs a score', () => {
    expect(() => sizeFigure(studyReport(none))).toThrow(DataError);
  });
});

describe('figures of searches', () => {
  it('have the numbers of their curves, epoch by epoch', () => {
    const [search] = record.searches;
    const { data } = sharpnessFigure(record);
    const traces = data as unknown as readonly Marks[];
    expect(traces).toHaveLength(6);
    expect(traces[0].y).toEqual(search.curve.map(({ alphaEntropy }) => alphaEntropy));
    expect(traces[3].y).toEqual(search.curve.map(({ betaEntropy }) => betaEntropy));
    expect(traces[0].x.slice(0, 2)).toEqual([1, 2]);
    const curves = studyCurvesFigure(record).data as unknown as readonly Marks[];
    const own = curves.filter(({ name }) => name === 'search-1');
    expect(own).toHaveLength(3);
    expect(own[0].y).toEqual(search.curve.map(({ validationMeanIou }) => validationMeanIou));
    expect(own[1].y).toEqual(search.curve.map(({ weightLoss }) => weightLoss));
  });

  it('need a search that is done', () => {
    for (const figure of [sharpnessFigure, studyCurvesFigure]) {
      expect(() => figure(none)).toThrow(DataError);
    }
  });
});

describe('studyFigures', () => {
  const names = (of: typeof record) => Object.keys(studyFigures(of, studyReport(of)));

  it('are those that a study has data for', () => {
    expect(names(record)).toEqual([
      ...['scores', 'size', 'opinion-probability', 'opinion-supernet'],
      ...['curves', 'sharpness', 'levels', 'branches'],
    ]);
    expect(names(none)).toEqual([]);
    expect(names(withoutParts(record, (id) => /search-[23]|retrain/.test(id)))).toEqual([
      'curves',
      'sharpness',
    ]);
  });
});
