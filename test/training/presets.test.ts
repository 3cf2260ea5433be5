import { describe, expect, it } from 'vitest';
import { resolveSearchConfig, SEARCH_PRESETS } from '../../lib/search/config.js';
import { resolveRetrainConfig, RETRAIN_PRESETS } from '../../lib/retrain/config.js';

describe('presets by dataset', () => {
  it('are those of the paper for Cityscapes', () => {
    expect(resolveRetrainConfig({}, 'paper', 'cityscapes')).toEqual(RETRAIN_PRESETS.paper);
    expect(resolveRetrainConfig()).toMatchObject({ crop: 769, steps: 1_500_000, resolution: 1 });
    expect(resolveSearchConfig()).toMatchObject({ crop: 321, resolution: 0.5, split: 'train' });
  });

  it('train on train_aug with crops of 513 for VOC', () => {
    const config = resolveRetrainConfig({}, 'paper', 'voc');
    expect(config).toEqual({ ...RETRAIN_PRESETS.paper, split: 'train_aug', crop: 513 });
    expect(resolveSearchConfig({}, 'paper', 'voc')).toMatchObject({ resolution: 1, crop: 321 });
  });

  it('train for 4 million steps with a longer side of 513 for ADE20K', () => {
    const config = resolveRetrainConfig({}, 'paper', 'ade20k');
    const resolution = { longerSide: 513 };
    expect(config).toEqual({ ...RETRAIN_PRESETS.paper, resolution, crop: 513, steps: 4_000_000 });
    expect(resolveSearchConfig({}, 'paper', 'ade20k').resolution).toEqual(resolution);
  });

  it('are the same for a rendered sample in the layout of a dataset', () => {
    for (const preset of ['paper', 'laptop', 'tiny'] as const) {
      for (const name of ['voc', 'ade20k']) {
        const sample = `${name}-sample`;
        expect(resolveRetrainConfig({}, preset, sample)).toEqual(
          resolveRetrainConfig({}, preset, name),
        );
        expect(resolveSearchConfig({}, preset, sample)).toEqual(
          resolveSearchConfig({}, preset, name),
        );
      }
    }
  });

  it('are those of Cityscapes for every other dataset', () => {
    for (const name of ['camvid', 'fields', 'constructor', 'sample']) {
      expect(resolveSearchConfig({}, 'laptop', name)).toEqual(SEARCH_PRESETS.laptop);
      expect(resolveRetrainConfig({}, 'laptop', name)).toEqual(RETRAIN_PRESETS.laptop);
    }
  });

  it('give way to what is asked for', () => {
    const changes = { crop: 257, resolution: 0.5, epochs: 3 };
    const config = resolveRetrainConfig(changes, 'paper', 'ade20k');
    expect(config).toMatchObject({ ...changes, steps: null });
  });

  it('refuse a resolution that is none', () => {
    const resolve = (resolution: unknown) =>
      resolveRetrainConfig({ resolution: resolution as number }, 'tiny');
    for (const wrong of [0, 1.5, { longerSide: 0 }, { longerSide: 3, shorterSide: 2 }, '513px']) {
      expect(() => resolve(wrong)).toThrow(/retrain: expected valid options, got resolution/);
    }
  });
});
