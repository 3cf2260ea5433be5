/** Searches in bfloat16: near those in float32, and the same bits when they are resumed. */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { BackendError, ConfigError } from '../../lib/errors.js';
import { readJsonFile } from '../../lib/files/json-file.js';
import { readHistory } from '../../lib/run/history.js';
import { resolvePrecision } from '../../lib/runtime/precision.js';
import type { SearchConfig } from '../../lib/search/options.js';
import { search, type SearchOptions } from '../../lib/search/search.js';
import { supernetScores } from '../../lib/search/supernet-scores.js';
import { certainProbabilities } from '../../lib/architecture/certain.js';
import { completeShape } from '../../lib/search-space/shape.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { TINY_SEARCH } from './tiny-search.js';

const folder = temporaryFolder();
const folderOf = (name: string) => path.join(folder, name);
let dataset: Dataset;

const run = (
  name: string,
  changes: Partial<SearchConfig>,
  more: Partial<SearchOptions> & { readonly stopAt?: number } = {},
) => {
  const controller = new AbortController();
  return search({
    dataset,
    folder: folderOf(name),
    preset: 'tiny',
    config: { ...TINY_SEARCH, ...changes },
    signal: controller.signal,
    onProgress: (event) => {
      if (event.kind === 'step' && event.step === more.stopAt) {
        controller.abort();
      }
    },
    resume: more.resume ?? false,
  });
};

/** Losses of both kinds step by step, then α and β after the last epoch. */
async function course(
  name: string,
): Promise<{ losses: number[]; alpha: number[]; beta: number[] }> {
  const { rows } = await readHistory(path.join(folderOf(name), 'history.arrow'));
  const losses = rows.flatMap(({ kind, loss, architectureLoss }) =>
    kind === 'step' ? [loss ?? NaN, architectureLoss ?? 0] : [],
  );
  const { alpha, beta } = rows.findLast(({ kind }) => kind === 'epoch') ?? {};
  return { losses, alpha: Array.from(alpha ?? []), beta: Array.from(beta ?? []) };
}

const precisionOf = async (name: string): Promise<unknown> => {
  const document = await readJsonFile(path.join(folderOf(name), 'config.json'));
  return (document as { config: { options: { precision: string } } }).config.options.precision;
};

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'));
});

describe.runIf(backends.includes('tensorflow'))('a search in bfloat16', () => {
  const inHalf = { precision: 'bfloat16' } as const;

  it.each(['first', 'second'] as const)(
    'of %s order gives the same bits when it is resumed, near those of float32',
    async (order) => {
      await run(`whole-${order}`, { ...inHalf, order });
      await run(`stopped-${order}`, { ...inHalf, order }, { stopAt: 3 });
      const resumed = await run(`stopped-${order}`, { ...inHalf, order }, { resume: true });
      expect(resumed).toMatchObject({ interrupted: false, steps: 6 });
      const rounded = await course(`whole-${order}`);
      expect(await course(`stopped-${order}`)).toEqual(rounded);
      await run(`float32-${order}`, { order });
      const exact = await course(`float32-${order}`);
      expect(rounded.losses).not.toEqual(exact.losses);
      exact.losses.forEach((loss, i) =>
        expect(Math.abs(rounded.losses[i] - loss)).toBeLessThan(0.05 * Math.max(loss, 1)),
      );
    },
  );

  it('keeps its precision: what auto meant, and no other', async () => {
    const other = resolvePrecision('auto') === 'float32' ? 'bfloat16' : 'float32';
    await run('kept', { precision: other, epochs: 2 });
    await run('kept', { precision: 'auto', epochs: 3 }, { resume: true });
    expect(await precisionOf('kept')).toBe(other);
    const change = run(
      'kept',
      { precision: resolvePrecision('auto'), epochs: 4 },
      { resume: true },
    );
    await expect(change).rejects.toThrow(ConfigError);
    await expect(change).rejects.toThrow('options.precision');
    await run('auto', { precision: 'auto', epochs: 1, architectureStart: 0 });
    expect(await precisionOf('auto')).toBe(resolvePrecision('auto'));
  });

  it('has a supernet that can be asked in float32, also on wasm', async () => {
    const { decoded } = await run('asked', inHalf);
    const architectures = [certainProbabilities(decoded!.architecture, completeShape(TINY_SEARCH))];
    const scores: number[] = [];
    for (const backend of ['tensorflow', 'wasm'] as const) {
      await useBackend(backend);
      scores.push(...(await supernetScores({ dataset, folder: folderOf('asked'), architectures })));
    }
    await useBackend(backends[0]);
    expect(scores[1]).toBeCloseTo(scores[0], 4);
  });
});

it('is refused on wasm before anything is written, and auto is float32 there', async () => {
  await useBackend('wasm');
  await expect(run('wasm', { precision: 'bfloat16' })).rejects.toThrow(BackendError);
  await expect(precisionOf('wasm')).rejects.toThrow();
  await run('wasm', { precision: 'auto', epochs: 1, architectureStart: 0 });
  expect(await precisionOf('wasm')).toBe('float32');
  await useBackend(backends[0]);
});
