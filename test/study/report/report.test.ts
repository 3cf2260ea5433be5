import { format } from 'oxfmt';
import { describe, expect, it } from 'vitest';
import { mean } from '../../../lib/text.js';
import type { StudyRecord } from '../../../lib/study/record.js';
import { reportMarkdown } from '../../../lib/study/report/document/markdown.js';
import { studyReport } from '../../../lib/study/report/report.js';
import { PAPER_SHAPE } from '../../../lib/search-space/shape.js';
import { syntheticStudy, withoutParts } from '../synthetic-record.js';

/** Gives each network the mean IoUs of a table, by id, one for each seed. */
function withScores(
  record: StudyRecord,
  table: Readonly<Record<string, readonly number[]>>,
): StudyRecord {
  return {
    ...record,
    scores: record.scores.flatMap((score) => {
      const meanIou = table[score.network]?.[score.seed - 1];
      return meanIou === undefined
        ? []
        : [{ ...score, meanIou, iou: [meanIou, null, meanIou / 2] }];
    }),
  };
}

const small = syntheticStudy({ searches: 2, randomPerFound: 2, classes: ['a', 'b', 'c'] });
const byHand = withScores(small, {
  'found-1': [0.5, 0.54],
  'found-2': [0.44, 0.46],
  'random-1-1': [0.4, 0.42],
  'random-1-2': [0.45, 0.49],
  'random-2-1': [0.42, 0.4],
  'random-2-2': [0.43],
  published: [0.41, 0.45],
  'found-path-random-cell-1': [0.5, 0.5],
});

/** Mean over the networks of a group of the means of their best validations. */
function validationOf({ networks, scores }: StudyRecord, group: string): number {
  return mean(
    networks
      .filter((network) => network.group === group)
      .map(({ id }) =>
        mean(
          scores
            .filter(({ network }) => network === id)
            .map(({ validationMeanIou }) => validationMeanIou ?? NaN),
        ),
      ),
  );
}

describe('studyReport', () => {
  const report = studyReport(byHand);

  it('has mean and spreads of each group, as computed by hand', () => {
    const [found, random, published, path, cell] = report.groups;
    // Means of networks: 0.52, 0.45.
    expect(found.meanIou).toBeCloseTo(0.485, 12);
    expect(found.betweenSearches).toBeCloseTo(0.07 / Math.SQRT2, 12);
    expect(found.withinSearches).toBeNull();
    expect(found.interval).toBeNull(); // of two searches
    expect(found.validationMeanIou).toBeCloseTo(validationOf(byHand, 'found'), 12);
    // Squares within networks: 0.0008 + 0.0002, with two degrees of freedom.
    expect(found.betweenSeeds).toBeCloseTo(Math.sqrt(0.001 / 2), 12);
    expect(found.networks).toBe(2);
    expect(found.retrainings).toBe(4);
    // Means of networks: 0.41, 0.47, 0.41, 0.43; the last has one seed.
    expect(random.meanIou).toBeCloseTo(0.43, 12);
    // Means of searches: 0.44, 0.42; squares within them: 2 · 0.03² + 2 · 0.01², with two degrees of freedom.
    expect(random.betweenSearches).toBeCloseTo(0.02 / Math.SQRT2, 12);
    expect(random.withinSearches).toBeCloseTo(Math.sqrt(0.002 / 2), 12);
    expect(random.betweenSeeds).toBeCloseTo(Math.sqrt((0.0002 + 0.0008 + 0.0002) / 3), 12);
    expect(published.meanIou).toBeCloseTo(0.43, 12);
    expect(published.interval).toBeNull();
    expect(published.betweenSearches).toBeNull();
    expect(path.networks).toBe(1);
    expect(path.networksKnown).toBe(2);
    expect(cell).toMatchObject({ networks: 0, retrainings: 0, meanIou: null, interval: null });
  });

  it('has the IoU of each class, and none where no network has one', () => {
    const [{ iou }] = report.groups;
    expect(iou[0]).toBeCloseTo(0.485, 12);
    expect(iou[1]).toBeNull();
    expect(iou[2]).toBeCloseTo(0.2425, 12);
  });

  it('has differences within searches that have scores on both sides', () => {
    const [random, published, path, cell] = report.differences;
    // 0.52 − 0.44 and 0.45 − 0.42.
    expect(random).toMatchObject({ second: 'random', isPaired: true, searches: 2 });
    expect(random.difference).toBeCloseTo(0.055, 12);
    expect(random.each.map(({ search }) => search)).toEqual(['search-1', 'search-2']);
    expect(random.each[0].difference).toBeCloseTo(0.08, 12);
    expect(random.each[1].difference).toBeCloseTo(0.03, 12);
    // If another were found: 0.08, −0.085, 0.005 and 0.03, −0.03, 0; of 9 sums +0.11 and −0.115 are as far from 0.
    expect(random.probability).toBeCloseTo(2 / 9, 12);
    expect(published).toMatchObject({ isPaired: false, searches: 2, probability: null });
    expect(published.difference).toBeCloseTo(0.055, 12);
    expect(path).toMatchObject({ searches: 1, interval: null });
    expect(path.difference).toBeCloseTo(0.02, 12);
    expect(cell).toMatchObject({ searches: 0, difference: null, interval: null });
  });

  it('has the same of the best validations, by which weights were chosen', () => {
    const scores = byHand.scores.map((score) => {
      const isFound = score.network.startsWith('found-');
      return {
        ...score,
        validationMeanIou: isFound && !score.network.includes('path') ? 0.6 : 0.5,
      };
    });
    const [random, published] = studyReport({ ...byHand, scores }).differences;
    // Found is the best of three in both: of 9 assignments that one, and none is as far below.
    expect(random.validation?.difference).toBeCloseTo(0.1, 12);
    expect(random.validation?.probability).toBeCloseTo(1 / 9, 12);
    expect(published.validation).toBeNull();
    const unknown = scores.map((score) => ({ ...score, validationMeanIou: null }));
    const [without] = studyReport({ ...byHand, scores: unknown }).differences;
    expect(without.validation).toBeNull();
    expect(without.difference).toBeCloseTo(0.055, 12);
  });

  it('counts only scores of the split that no decision has seen', () => {
    const [score] = byHand.scores;
    const other = { ...score, split: 'val', meanIou: 0.99 };
    expect(studyReport({ ...byHand, scores: [...byHand.scores, other] })).toMatchObject({
      groups: report.groups,
      differences: report.differences,
    });
  });

  it('is the same for the same record, whatever the order of its lists', () => {
    const reversed = { ...byHand, scores: [...byHand.scores].reverse() };
    expect(studyReport(reversed).groups).toEqual(report.groups);
    expect(studyReport(byHand)).toEqual(report);
  });

  it('has what the decode lost, and what searches agree on', () => {
    const { searches, agreement, pathAgreement } = report.decisions;
    const [{ supernet }] = byHand.searches;
    expect(searches[0].discretisationGap).toBe(
      (supernet?.meanIou ?? NaN) - (supernet?.decodedMeanIou ?? NaN),
    );
    expect(searches[0].foundMeanIou).toBeCloseTo(0.52, 12);
    const [a, b] = byHand.searches.map(({ decided }) => decided.path);
    const share = mean(a.map((level, i) => Number(level === b[i])));
    expect(agreement?.path).toBeCloseTo(share, 12);
    expect(pathAgreement).toEqual({ least: share, most: share });
    expect(studyReport(syntheticStudy({ searches: 1 })).decisions.agreement).toBeNull();
  });

  it('has what each search prefers, and what its random networks leave of the supernet', () => {
    const [{ alpha, decided }] = byHand.searches;
    const [{ operations, randomMeanIou, weakestBranch, weakestArrow }] = report.decisions.searches;
    const edges = Array.from({ length: 20 }, (_, edge) => alpha.slice(8 * edge, 8 * edge + 8));
    const shares = edges.map((logits) => {
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      return logits.map((logit) => Math.exp(logit) / total);
    });
    expect(operations.map(({ operation }) => operation)).toEqual(PAPER_SHAPE.operations);
    operations.forEach(({ probability, strongestOn }, k) => {
      expect(probability).toBeCloseTo(mean(shares.map((row) => row[k])), 12);
      expect(strongestOn).toBe(
        edges.filter((logits) => logits.indexOf(Math.max(...logits)) === k).length,
      );
    });
    expect(randomMeanIou).toBeCloseTo(
      mean(
        byHand.networks
          .filter(({ id }) => id.startsWith('random-1-'))
          .map(({ supernetMeanIou }) => supernetMeanIou ?? NaN),
      ),
      12,
    );
    expect(weakestBranch).toBe(Math.min(...decided.branchProbabilities));
    expect(weakestArrow).toBe(0.6);
  });

  it('has what random architectures agree on', () => {
    const search = { layers: 2, blocks: 1 };
    const { agreementByChance } = studyReport({
      ...byHand,
      settings: { ...byHand.settings, search },
      searches: [],
      networks: [],
      scores: [],
    }).decisions;
    // Paths 00, 01, 10, 11, 12: layer 1 agrees by 0.4² + 0.6², layer 2 by 0.4² + 0.4² + 0.2².
    expect(Math.abs(agreementByChance.path - 0.44)).toBeLessThan(0.04);
    expect(agreementByChance.inputs).toBe(1);
    expect(Math.abs(agreementByChance.branches - 1 / 7)).toBeLessThan(0.03);
  });

  it('says on what supernets are scored', () => {
    const textOf = (search: Readonly<Record<string, unknown>>) =>
      reportMarkdown(studyReport({ ...byHand, settings: { ...byHand.settings, search } }));
    expect(textOf({ layers: 12 })).toContain('for their opinions, on 51 images.');
    expect(textOf({ layers: 12, validationImages: 17, resolution: 0.5 })).toContain(
      'on 17 images at resolution 0.5.',
    );
  });

  it('adds up seconds and takes the largest memory of each kind of part', () => {
    const [searches, opinions, retrainings] = report.costs;
    expect(searches).toMatchObject({ kind: 'searches', seconds: 5500 + 5600 });
    expect(opinions).toMatchObject({ seconds: 130, peakMemory: null });
    expect(retrainings.parts).toHaveLength(byHand.scores.length);
    expect(retrainings.peakMemory).toBeCloseTo(2 ** 30, 0);
  });
});

describe('the opinion of supernets', () => {
  it('agrees with scores that follow it, and with others only by chance', () => {
    const [probability, supernet] = studyReport(
      syntheticStudy({ isRanked: true, betweenSeeds: 0, gains: { found: 0.05 } }),
    ).opinions;
    expect(supernet.kendall).toBeCloseTo(1, 12);
    expect(supernet.spearman).toBeCloseTo(1, 12);
    expect(supernet.probability).toBeLessThan(0.001);
    // One found and three random: others have other sizes, or share what was found.
    expect(supernet.searches.map(({ networks }) => networks)).toEqual([4, 4, 4]);
    expect(probability.kendall).toBeGreaterThan(0.8);
    const [, unrelated] = studyReport(syntheticStudy({ seed: 4 })).opinions;
    expect(unrelated.probability).toBeGreaterThan(0.05);
  });
});

const headline = (record: StudyRecord): string =>
  reportMarkdown(studyReport(record))
    .split('\n')[0]
    .replace(/\d\.\d\d(?= points)/, 'X');

describe('the first line of REPORT.md', () => {
  it('says that found networks beat random ones, that they do worse, or that it cannot be told', () => {
    expect(headline(syntheticStudy({ gains: { found: 0.04 } }))).toBe(
      '# Found networks beat random ones of their size',
    );
    expect(headline(syntheticStudy({ gains: { found: -0.06 } }))).toBe(
      '# Found networks are worse than random ones of their size',
    );
    expect(headline(syntheticStudy({ gains: { found: 0.02 } }))).toBe(
      '# Found networks scored higher than random ones of their size (+X points), which may be chance',
    );
    expect(headline(syntheticStudy({ gains: { found: -0.02 } }))).toBe(
      '# Found networks did not beat random ones of their size (−X points), which may be chance',
    );
  });

  it('needs both signs: an interval beside 0 alone is too narrow to trust', () => {
    // Three searches of one random network each: 8 assignments, so never below 0.25.
    const report = studyReport(
      syntheticStudy({ searches: 3, randomPerFound: 1, gains: { found: 0.2 } }),
    );
    expect(report.differences[0].interval?.low).toBeGreaterThan(0);
    expect(report.verdict.answer).toBe('unknown');
  });

  it('says that it cannot be told yet, of a study that has hardly begun', () => {
    const none = withoutParts(small, () => true);
    expect(headline(none)).toBe(
      '# It cannot be told yet whether found networks beat random ones of their size',
    );
    const half = withoutParts(syntheticStudy({ gains: { found: 0.04 } }), (id) =>
      id.endsWith('seed-2'),
    );
    expect(headline(half)).toMatch(/^# Found networks beat random ones of their size so far$/);
  });

  it('says it of a study without random networks', () => {
    const settings = { ...small.settings, groups: ['found', 'published'] as const };
    const { verdict } = studyReport({ ...small, settings });
    expect(verdict.answer).toBe('unknown');
    expect(verdict.evidence).toContain('no random networks');
  });
});

describe('REPORT.md', () => {
  it('is as the formatter writes it, and names what is missing', async () => {
    const half = withoutParts(small, (id) => /search-2|seed-2/.test(id));
    for (const record of [small, half, withoutParts(small, () => true)]) {
      const text = reportMarkdown(studyReport(record), [
        { title: 'Scores', file: 'scores.png', section: 'groups' },
      ]);
      expect((await format('report.md', text)).code).toBe(text);
      expect(text).toContain('![Scores](scores.png)');
      expect(text).not.toMatch(/NaN|undefined|null/);
    }
    const text = reportMarkdown(studyReport(half));
    expect(text).toContain('**The study is not done:** this is made of 1 search, 1 opinion');
    expect(text).toContain('Missing: search-2, ');
  });

  it('writes scores in percent, differences in points with their sign', () => {
    const text = reportMarkdown(studyReport(byHand));
    expect(text).toMatch(/\| found +\| +2 \| +4 \| +48\.50 % \|/);
    expect(text).toMatch(
      /\| found − random +\|[^|]*\| +2 \| +\+5\.50 \| \+8\.00, \+3\.00 +\| [^|]* \| +0\.222 \|/,
    );
    expect(text).toMatch(/\| found-1 +\|.*\| +52\.00 % \| +50\.00, 54\.00 \|/);
    expect(text).toContain(
      'Found − random is +5.50 points of mean IoU, the mean of 2 searches (+8.00, +3.00). A',
    );
  });
});
