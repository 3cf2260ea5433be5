import path from 'node:path';
import { expect, it } from 'vitest';
import type { Figure } from '../../../lib/plot/figure.js';
import { diagnoseSearch } from '../../../lib/plot/curves/diagnose-search.js';
import { entropyFigure } from '../../../lib/plot/curves/entropy.js';
import { operationShareFigure } from '../../../lib/plot/curves/operation-share.js';
import { resourcesFigure } from '../../../lib/plot/curves/resources.js';
import { searchCurvesFigure } from '../../../lib/plot/curves/search-curves.js';
import { searchMonitor } from '../../../lib/plot/monitor/search-monitor.js';
import { readHistory } from '../../../lib/run/history.js';
import { search } from '../../../lib/search/search.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { tinyDataset } from '../../training/tiny-dataset.js';

const folder = temporaryFolder();

it('a search is followed to its end, and its history drawn and diagnosed', async () => {
  await useBackend(backends[0]);
  const figures: Figure[] = [];
  const live = {
    update: (figure: Figure) => void figures.push(figure),
    finish: () => Promise.resolve(),
  };
  const monitor = searchMonitor({ live, intervalMs: 0 });
  const run = path.join(folder, 'run');
  const { steps, meanIou } = await search({
    dataset: await tinyDataset(path.join(folder, 'data')),
    folder: run,
    preset: 'laptop',
    config: {
      layers: 2,
      filterMultiplier: 1,
      blocks: 1,
      crop: 33,
      batchSize: 2,
      epochs: 2,
      architectureStart: 1,
      validationImages: 2,
      workers: 0,
    },
    onProgress: monitor.onProgress,
  });
  await monitor.finish();
  const last = figures.at(-1);
  const title = (last!.layout.title as { text: string }).text;
  expect(title).toContain(`finished: 2 epochs, ${steps} steps`);
  expect(title).toContain(`validation mIoU ${(100 * (meanIou ?? NaN)).toFixed(1)} %`);
  expect(last?.data.map(({ x }) => (x as number[]).length)).toEqual([
    steps, // loss of the weights
    steps / 2, // loss of α and β
    ...[2, 2, 2, 2], // scores and entropies
  ]);

  const history = await readHistory(path.join(run, 'history.arrow'));
  expect(searchCurvesFigure([history]).data[0].x).toEqual([1, 2]);
  for (const figure of [entropyFigure, operationShareFigure, resourcesFigure]) {
    expect(figure(history).data.length).toBeGreaterThan(0);
  }
  expect(diagnoseSearch(history).map(({ topic }) => topic)).toContain('alpha');
});
