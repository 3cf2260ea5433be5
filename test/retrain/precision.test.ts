/** Retrainings in bfloat16: what they note, and that they resume to the bit. */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { BackendError, ConfigError } from '../../lib/errors.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import { loadNetwork } from '../../lib/inference/load-network.js';
import { resolvePrecision } from '../../lib/runtime/precision.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const folder = temporaryFolder();
let dataset: Dataset;
const { run, losses, checksums, document, folderOf } = tinyRuns(folder, () => dataset);

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6, val: 2 }); // 3 steps per epoch
});

describe.runIf(backends.includes('tensorflow'))('a retraining in bfloat16', () => {
  const inHalf = { precision: 'bfloat16', steps: 6 } as const;

  it('gives the same bits again and when it is resumed, near those of float32', async () => {
    const { notes } = await run('whole', inHalf);
    expect(notes).toContain('precision: convolutions and what lies between them in bfloat16');
    await run('again', inHalf);
    expect(await losses('again')).toEqual(await losses('whole'));
    expect(await checksums('again')).toEqual(await checksums('whole'));
    await run('stopped', inHalf, { stopAt: 4 });
    const resumed = await run('stopped', inHalf, { resume: true });
    expect(resumed).toMatchObject({ interrupted: false, steps: 6 });
    expect(await losses('stopped')).toEqual(await losses('whole'));
    expect(await checksums('stopped')).toEqual(await checksums('whole'));
    await run('float32', { steps: 6 });
    const exact = (await losses('float32')).map(Number);
    const rounded = (await losses('whole')).map(Number);
    expect(rounded).not.toEqual(exact);
    exact.forEach((loss, i) => expect(Math.abs(rounded[i] - loss) / loss).toBeLessThan(0.1));
  });

  it('is refused another precision when it is resumed', async () => {
    await run('kept', { ...inHalf, steps: 3 });
    const change = run('kept', { steps: 6 }, { resume: true });
    await expect(change).rejects.toThrow(ConfigError);
    await expect(change).rejects.toThrow('options.precision: "bfloat16", now "float32"');
  });

  it('stores what auto means here', async () => {
    await run('auto', { steps: 1, precision: 'auto' });
    expect(await document('auto', 'config')).toMatchObject({
      config: { options: { precision: resolvePrecision('auto') } },
    });
  });

  it('stays with what auto meant where it began', async () => {
    const other = resolvePrecision('auto') === 'float32' ? 'bfloat16' : 'float32';
    await run('elsewhere', { steps: 3, precision: other });
    const { steps } = await run('elsewhere', { steps: 4, precision: 'auto' }, { resume: true });
    expect(steps).toBe(4);
    expect(await document('elsewhere', 'config')).toMatchObject({
      config: { options: { precision: other } },
    });
  });

  it('can be loaded and scored in either precision, whatever it was trained in', async () => {
    await run('scored', { ...inHalf, steps: 3 });
    const where = folderOf('scored');
    const common = {
      dataset,
      folder: where,
      withBaselines: false,
      withBoundaryIou: false,
      workers: 0,
    };
    const image = { height: 33, width: 33, images: new Float32Array(33 * 33 * 3).fill(0.3) };
    const logits = async (precision: 'float32' | 'bfloat16') => {
      const network = await loadNetwork(where, { precision });
      expect(network.precision).toBe(precision);
      const values = await network.predictor.logits(image);
      network.dispose();
      return values;
    };
    const [whole, half] = [await logits('float32'), await logits('bfloat16')];
    const errors = whole.map((value, i) => Math.abs(half[i] - value));
    expect(Math.max(...errors)).toBeGreaterThan(0); // it was rounded
    expect(Math.max(...errors) / Math.max(...whole.map(Math.abs))).toBeLessThan(0.05);
    const exact = await evaluate(common);
    const rounded = await evaluate({ ...common, precision: 'bfloat16' });
    expect([exact.precision, rounded.precision]).toEqual(['float32', 'bfloat16']);
    expect(Math.abs(exact.pixelAccuracy - rounded.pixelAccuracy)).toBeLessThan(0.05);
    const reports = (await document('scored', 'metrics')) as { readonly precision: string }[];
    expect(reports.map(({ precision }) => precision)).toEqual(['float32', 'bfloat16']);
  });
});

describe('on wasm', () => {
  it('bfloat16 is an error before anything is written, and auto float32', async () => {
    await useBackend('wasm');
    await expect(run('wasm', { precision: 'bfloat16', steps: 1 })).rejects.toThrow(BackendError);
    await expect(document('wasm', 'config')).rejects.toThrow();
    await run('wasm', { precision: 'auto', steps: 1 });
    expect(await document('wasm', 'config')).toMatchObject({
      config: { options: { precision: 'float32' } },
    });
    await expect(loadNetwork(folderOf('wasm'), { precision: 'bfloat16' })).rejects.toThrow(
      'precision: expected float32 or auto',
    );
    await useBackend(backends[0]);
  });
});
