import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../lib/cli/config-file.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { RunDirectory } from '../../lib/run/directory.js';
import { SEARCH_PRESETS } from '../../lib/search/options.js';
import { resolveOptions } from '../../lib/training/options/resolve.js';
import { presetsOf } from '../../lib/training/options/table.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { PROGRAMS } from '../training/options/programs.js';

const folder = temporaryFolder();
const [search, retrain] = PROGRAMS;

async function file(name: string, content: string): Promise<string> {
  const written = path.join(folder, name);
  await writeFile(written, content);
  return written;
}

describe('readConfigFile', () => {
  it('gives the options that are in the file', async () => {
    const crop = { height: 65, width: 97 };
    const some = await file('some.json', JSON.stringify({ crop, augment: { minScale: 1 } }));
    const changes = await readConfigFile(some, search);
    expect(resolveOptions(search, changes, 'tiny', 'camvid')).toMatchObject({
      crop,
      augment: { minScale: 1, maxScale: 2 },
    });
  });

  it.each(PROGRAMS)('takes a whole preset of $name, so every option', async (program) => {
    const { laptop } = presetsOf(program.table);
    const whole = await file(`${program.name}.json`, JSON.stringify(laptop));
    const changes = await readConfigFile(whole, program);
    expect(resolveOptions(program, changes, 'paper', 'ade20k')).toEqual(laptop);
  });

  it('takes what the paper leaves off, value by value', async () => {
    const changes = {
      classWeights: { road: 0.5 },
      hardPixelShare: 0.25,
      diceWeight: 1,
      emaDecay: 0.999,
      accumulate: 4,
      rareClassTemperature: 0.01,
      rareClassPixels: 3000,
      rareClassCropPixels: 1500,
      patience: 5,
      minImprovement: 0.001,
      decayStart: 100,
    };
    const written = await file('extras.json', JSON.stringify(changes));
    const options = resolveOptions(retrain, await readConfigFile(written, retrain), 'tiny', 'voc');
    expect(options).toMatchObject(changes);
    const again = await file('resolved.json', JSON.stringify(options));
    const resolved = resolveOptions(retrain, await readConfigFile(again, retrain), 'paper', 'voc');
    expect(resolved).toEqual(options);
  });

  it('takes the config.json of a run of the same program', async () => {
    const options = { ...SEARCH_PRESETS.tiny, seed: 7 };
    const run = await RunDirectory.create(path.join(folder, 'run'), {
      kind: 'search',
      seed: 7,
      config: { dataset: { kind: 'camvid' }, options },
    });
    await run.close();
    const stored = path.join(folder, 'run', 'config.json');
    expect(await readConfigFile(stored, search)).toEqual(options);
    await expect(readConfigFile(stored, retrain)).rejects.toThrow(ConfigError);
    await expect(readConfigFile(stored, retrain)).rejects.toThrow(
      'expected the configuration of a retrain run, got that of a search run',
    );
  });

  it('refuses what is no object', async () => {
    await expect(readConfigFile(await file('list.json', '[1]'), search)).rejects.toThrow(DataError);
    await expect(readConfigFile(path.join(folder, 'none.json'), search)).rejects.toThrow(DataError);
  });
});
