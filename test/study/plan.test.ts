import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { requiredPart, studyPlan } from '../../lib/study/plan.js';
import { DEFAULT_GROUPS, STUDY_GROUPS, type StudyRecordSettings } from '../../lib/study/record.js';
import { selectParts } from '../../lib/study/select.js';

const SETTINGS: StudyRecordSettings = {
  search: {},
  retrain: {},
  searchSeeds: [1, 2, 3],
  retrainSeeds: [1, 2],
  randomPerFound: 3,
  parameterTolerance: 0.05,
  groups: DEFAULT_GROUPS,
};

const idsOf = (settings: StudyRecordSettings): string[] =>
  studyPlan(settings).parts.map(({ id }) => id);

describe('studyPlan', () => {
  it('has three searches and 38 retrainings by default', () => {
    const { networks, parts } = studyPlan(SETTINGS);
    const counts = { search: 0, opinion: 0, retrain: 0 };
    parts.forEach(({ kind }) => counts[kind]++);
    expect(counts).toEqual({ search: 3, opinion: 3, retrain: 38 });
    expect(networks.map(({ id }) => id).slice(-7)).toEqual([
      'found-3',
      'random-3-1',
      'random-3-2',
      'random-3-3',
      'found-path-random-cell-3',
      'fixed-path-found-cell-3',
      'published',
    ]);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(44);
  });

  it('comes to every network once before it comes to one twice', () => {
    const seeds = studyPlan(SETTINGS).parts.flatMap((part) =>
      part.kind === 'retrain' ? [part.seed] : [],
    );
    expect(seeds).toEqual([...seeds].sort());
  });

  it('keeps its ids when seeds, groups and random networks are added', () => {
    const seeds = { searchSeeds: [1, 2, 3, 9], retrainSeeds: [1, 2, 7] };
    const more = { ...SETTINGS, ...seeds, randomPerFound: 4, groups: STUDY_GROUPS };
    expect(idsOf(more)).toEqual(expect.arrayContaining(idsOf(SETTINGS)));
    expect(idsOf(more)).toContain('retrain-random-4-2-seed-7');
    expect(idsOf(more)).toContain('retrain-other-end-normalisation-1-seed-1');
  });

  it('begins a part after what it needs', () => {
    const ids = idsOf(SETTINGS);
    for (const part of studyPlan(SETTINGS).parts) {
      const required = requiredPart(part);
      expect(required === undefined || ids.indexOf(required) < ids.indexOf(part.id)).toBe(true);
    }
    const [published] = selectParts(studyPlan(SETTINGS).parts, ['retrain-published-*']);
    expect(requiredPart(published)).toBeUndefined();
  });

  it('searches only if a group needs it', () => {
    const groups = ['published'] as const;
    expect(idsOf({ ...SETTINGS, groups })).toEqual([
      'retrain-published-seed-1',
      'retrain-published-seed-2',
    ]);
  });
});

describe('selectParts', () => {
  const { parts } = studyPlan(SETTINGS);
  const select = (...only: string[]) => selectParts(parts, only).map(({ id }) => id);

  it('takes kinds, ids and patterns', () => {
    expect(selectParts(parts, undefined)).toBe(parts);
    expect(select('search')).toEqual(['search-1', 'search-2', 'search-3']);
    expect(select('opinion-2', 'search-1')).toEqual(['search-1', 'opinion-2']);
    expect(select('retrain-*-cell-2-seed-2')).toEqual([
      'retrain-found-path-random-cell-2-seed-2',
      'retrain-fixed-path-found-cell-2-seed-2',
    ]);
    expect(select('retrain')).toHaveLength(38);
  });

  it.each([[['search-4']], [['search', 'found']], [[]], [['search-.']]])('refuses %j', (only) => {
    expect(() => selectParts(parts, only)).toThrow(ConfigError);
    expect(() => selectParts(parts, only)).toThrow(/study only: expected search, opinion, retrain/);
  });
});
