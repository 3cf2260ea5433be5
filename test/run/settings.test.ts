import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../lib/errors.js';
import { checkResume, findSettings, readSettings, writeSettings } from '../../lib/run/settings.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const root = temporaryFolder();

const config = { layers: 12, optimizer: { learningRate: 0.025, betas: [0.9, 0.999] } };
const settings = { kind: 'search', config, seed: 7 };

describe('the settings of a run', () => {
  it('are read as they were written, without what is known of the process', async () => {
    const folder = join(root, 'written');
    mkdirSync(folder);
    const given = { ...settings, environment: { threads: 2 } };
    await writeSettings(folder, given);
    expect(await findSettings(folder)).toEqual(settings);
    expect(await readSettings(folder)).toEqual(settings);
  });

  it('are found only where there is a run', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const folder of [root, join(root, 'missing'), file]) {
      expect(await findSettings(folder)).toBeUndefined();
      await expect(readSettings(folder)).rejects.toThrow(
        `${folder}: expected the folder of a run, got none with a config.json; check the path`,
      );
    }
  });

  it.each([
    ['half a text', '{"version": 1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a missing seed', '{"version": 1, "kind": "search", "config": {}}'],
    ['no configuration', '{"version": 1, "kind": "search", "seed": 1, "config": null}'],
    ['another version', '{"version": 2, "kind": "search", "seed": 1, "config": {}}'],
  ])('are not read from %s', async (name, text) => {
    const folder = join(root, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), text);
    await expect(findSettings(folder)).rejects.toThrow(DataError);
  });
});

describe('checkResume', () => {
  it('lists where seed and configuration differ', () => {
    const changed = { layers: 12, optimizer: { learningRate: 0.05, betas: [0.9] }, workers: 4 };
    const resume = () => {
      checkResume('runs/a', settings, { kind: 'search', config: changed, seed: 8 });
    };
    expect(resume).toThrow(ConfigError);
    expect(resume).toThrow(
      'got differences in seed: 7, now 8; optimizer.learningRate: 0.025, now 0.05; ' +
        'optimizer.betas[1]: 0.999, now (not set); workers: (not set), now 4. Resume with',
    );
  });

  it('lists at most twenty differences and counts the others', () => {
    const many = Object.fromEntries(Array.from({ length: 23 }, (_, i) => [`option${i}`, i]));
    expect(() => {
      checkResume('runs/a', settings, { ...settings, config: { ...config, ...many } });
    }).toThrow(/option19: \(not set\), now 19; and 3 more\. Resume/);
  });

  it('refuses a run of another kind', () => {
    expect(() => {
      checkResume('runs/a', settings, { ...settings, kind: 'retrain' });
    }).toThrow('runs/a: expected a retrain run, got a search run; choose another folder');
  });

  it('lets pass what is the same and what may differ', () => {
    const workers = { ...config, workers: 4 };
    checkResume('runs/a', settings, settings);
    checkResume('runs/a', settings, { ...settings, config: workers, mayDiffer: ['workers'] });
    const other = { layers: 12, optimizer: { momentum: 0.9 } };
    const mayDiffer = ['optimizer'];
    checkResume('runs/a', settings, { ...settings, config: other, mayDiffer });
    const longer = { ...config, optimizers: 1 };
    expect(() => {
      checkResume('runs/a', settings, { ...settings, config: longer, mayDiffer });
    }).toThrow('optimizers: (not set), now 1');
  });
});
