import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import type { StudyRecord } from '../../../lib/study/record.js';
import { reportMarkdown } from '../../../lib/study/report/document/markdown.js';
import { studyReport } from '../../../lib/study/report/report.js';
import { studyRows } from '../../../lib/study/report/rows.js';
import { syntheticStudy } from '../synthetic-record.js';

const first = syntheticStudy({ searches: 2, randomPerFound: 2 });

/** A study with other logits, scores and options of the search. */
function other(search: Readonly<Record<string, unknown>>): StudyRecord {
  const record = syntheticStudy({ searches: 3, seed: 5, logits: 6, gains: { found: 0.1 } });
  return { ...record, settings: { ...record.settings, search } };
}

const sharper = other({ layers: 12, entropyWeight: 1 });

describe('studies beside each other', () => {
  const rows = studyRows(first, { sharper, plain: other({ layers: 12, epochs: 41 }) });

  it('are rows with what each report says', () => {
    expect(rows.map(({ name }) => name)).toEqual([null, 'sharper', 'plain']);
    for (const [row, record] of [
      [rows[0], first],
      [rows[1], sharper],
    ] as const) {
      const { groups, differences, decisions } = studyReport(record);
      const [found, random] = groups;
      const [against] = differences;
      expect(row).toMatchObject({
        searches: record.searches.length,
        found: found.meanIou,
        random: random.meanIou,
        difference: against.difference,
        interval: against.interval,
        probability: against.probability,
        alphaCorrelation: decisions.correlation?.alpha.mean,
        betaCorrelation: decisions.correlation?.beta.mean,
        pathAgreement: decisions.agreement?.path,
      });
      const noneOn = decisions.searches.map(({ operations }) => operations[0].strongestOn);
      expect(row.noneStrongest).toBeCloseTo(
        noneOn.reduce((sum, edges) => sum + edges, 0) / noneOn.length / 20,
        12,
      );
      const gaps = decisions.searches.map(({ discretisationGap }) => discretisationGap ?? NaN);
      expect(row.discretisationGap).toBeCloseTo(
        gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
        12,
      );
    }
    expect(rows[1].alphaEntropy).toBeLessThan(rows[0].alphaEntropy ?? NaN);
    expect(rows[1].difference).toBeGreaterThan(0.05);
  });

  it('name the options that are not those of the first', () => {
    expect(rows.map(({ changes }) => changes)).toEqual([
      [],
      ['search.entropyWeight: 1', 'randomPerFound: 3'],
      ['search.epochs: 41', 'randomPerFound: 3'],
    ]);
  });

  it('leave out options that one of both does not know yet, unless they were set', () => {
    const later = other({ layers: 12, entropyWeight: 0, precision: 'float32', epochs: 40 });
    expect(studyRows(first, { later })[1].changes).toEqual(['randomPerFound: 3']);
    expect(studyRows(later, { first })[1].changes).toEqual(['randomPerFound: 2']);
    const set = other({ layers: 12, entropyWeight: 0.5, precision: 'bfloat16' });
    expect(studyRows(first, { set })[1].changes).toEqual([
      'search.entropyWeight: 0.5',
      'search.precision: "bfloat16"',
      'randomPerFound: 3',
    ]);
  });

  it('are a table of the report, and none without others', () => {
    const text = reportMarkdown(studyReport(first, { sharper }));
    expect(text).toMatch(/## Beside other studies\n\nStudies of the same images/);
    expect(text).toMatch(/\| this one +\| +\| +2 \|/);
    expect(text).toMatch(/\| sharper +\| search.entropyWeight: 1, randomPerFound: 3 +\| +3 \|/);
    expect(studyReport(first).rows).toEqual([]);
    expect(reportMarkdown(studyReport(first))).not.toContain('Beside other studies');
  });

  it('have what is known of one that has hardly begun', () => {
    const begun = { ...sharper, searches: [], networks: [], scores: [] };
    expect(studyRows(first, { begun })[1]).toMatchObject({
      searches: 0,
      alphaEntropy: null,
      found: null,
      difference: null,
      interval: null,
    });
  });

  it('must be of the same images', () => {
    const elsewhere = { ...sharper, dataset: { ...sharper.dataset, testImages: 58 } };
    expect(() => studyRows(first, { elsewhere })).toThrow(DataError);
    expect(() => studyRows(first, { elsewhere })).toThrow(
      /study elsewhere: .* dataset.testImages 58 where that has 59/,
    );
  });
});
