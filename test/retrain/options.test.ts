import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { resolveRetrainConfig, RETRAIN_PRESETS } from '../../lib/retrain/options.js';

describe('resolveRetrainConfig', () => {
  it('gives the numbers of the paper for Cityscapes', () => {
    expect(resolveRetrainConfig({}, 'paper', 'cityscapes')).toEqual(RETRAIN_PRESETS.paper);
    expect(resolveRetrainConfig()).toMatchObject({ crop: 769, steps: 1_500_000, resolution: 1 });
  });

  it('trains on train_aug with crops of 513 for VOC', () => {
    const config = resolveRetrainConfig({}, 'paper', 'voc');
    expect(config).toEqual({ ...RETRAIN_PRESETS.paper, split: 'train_aug', crop: 513 });
  });

  it('trains for 4 million steps with a longer side of 513 for ADE20K', () => {
    const config = resolveRetrainConfig({}, 'paper', 'ade20k');
    const resolution = { longerSide: 513 };
    expect(config).toEqual({ ...RETRAIN_PRESETS.paper, resolution, crop: 513, steps: 4_000_000 });
  });

  it('lets changes override both, and one length the other', () => {
    const changes = { crop: 257, resolution: 0.5, epochs: 3 };
    const config = resolveRetrainConfig(changes, 'paper', 'ade20k');
    expect(config).toMatchObject({ ...changes, steps: null });
    expect(resolveRetrainConfig({ steps: 5 }, 'tiny')).toMatchObject({ steps: 5, epochs: null });
  });

  it('refuses two lengths and none', () => {
    for (const changes of [
      { steps: 3, epochs: 3 },
      { steps: null, epochs: null },
    ]) {
      expect(() => resolveRetrainConfig(changes)).toThrow(ConfigError);
      expect(() => resolveRetrainConfig(changes)).toThrow(/expected either steps or epochs/);
    }
  });
});
