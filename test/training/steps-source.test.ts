import { describe, expect, it } from 'vitest';
import { resolveSearchConfig } from '../../lib/search/options.js';
import { sourceOfSteps } from '../../lib/training/steps-source.js';

const config = resolveSearchConfig({ layers: 3 });

const source = (changes: object, facts: object = { classes: 4 }) =>
  sourceOfSteps('search', { ...config, ...changes }, config.operations, { ...facts });

describe('sourceOfSteps', () => {
  it('differs for every option but those that no step follows from', () => {
    const same = Object.keys(config).filter((name) => source({ [name]: 'another' }) === source({}));
    expect(same.sort()).toEqual(
      [
        'cache',
        'cacheLimit',
        'checkpointEvery',
        'epochs',
        'historyEvery',
        'keepCheckpoints',
        'memoryLimit',
        'rollBacks',
        'seed',
        'workers',
      ].sort(),
    );
  });

  it('differs for other facts and programs, and not for the order of options', () => {
    expect(source({}, { classes: 5 })).not.toBe(source({}));
    const { operations } = config;
    expect(sourceOfSteps('retrain', { ...config }, operations, { classes: 4 })).not.toBe(
      source({}),
    );
    const reversed = Object.fromEntries(Object.entries(config).reverse());
    expect(sourceOfSteps('search', reversed, operations, { classes: 4 })).toBe(source({}));
  });

  it('tells numbers apart that JSON does not have', () => {
    const values = [null, Infinity, -Infinity, NaN].map((clipNorm) => source({ clipNorm }));
    expect(new Set(values).size).toBe(4);
  });

  it('is none of operations whose code may change', () => {
    const operations = [...config.operations, 'my_operation'];
    expect(sourceOfSteps('search', { ...config }, operations, {})).toBeUndefined();
  });
});
