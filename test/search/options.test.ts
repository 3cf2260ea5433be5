import { describe, expect, it } from 'vitest';
import { resolveSearchConfig, SEARCH_PRESETS } from '../../lib/search/options.js';

describe('resolveSearchConfig', () => {
  it('gives the numbers of the paper for Cityscapes', () => {
    expect(resolveSearchConfig()).toEqual(SEARCH_PRESETS.paper);
    expect(resolveSearchConfig()).toMatchObject({
      layers: 12,
      filterMultiplier: 8,
      blocks: 5,
      crop: 321,
      resolution: 0.5,
      batchSize: 2,
      epochs: 40,
      architectureStart: 20,
      learningRate: 0.025,
      architectureLearningRate: 0.003,
    });
  });

  it('reads VOC at full size and ADE20K at a longer side of 513', () => {
    expect(resolveSearchConfig({}, 'paper', 'voc')).toMatchObject({ resolution: 1, crop: 321 });
    expect(resolveSearchConfig({}, 'paper', 'ade20k').resolution).toEqual({ longerSide: 513 });
  });

  it('takes the presets as they are for other kinds of dataset', () => {
    for (const kind of ['camvid', 'folder', 'sample']) {
      expect(resolveSearchConfig({}, 'laptop', kind)).toEqual(SEARCH_PRESETS.laptop);
    }
  });

  it('refuses to begin with the architecture after the end', () => {
    expect(() => resolveSearchConfig({ epochs: 10 })).toThrow(
      'search architectureStart: expected less than the 10 epochs, got 20',
    );
  });
});
