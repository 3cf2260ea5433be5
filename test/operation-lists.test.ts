/** A search space takes any list of operations: search, decode, document, retrain, cost, figures. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readArchitecture } from '../lib/architecture/file.js';
import { describeArchitecture } from '../lib/architecture/describe.js';
import type { Dataset } from '../lib/dataset/dataset.js';
import { loadNetwork } from '../lib/inference/load-network.js';
import { cellFigure } from '../lib/plot/search-space/cell-figure.js';
import { operationShareFigure } from '../lib/plot/curves/operation-share.js';
import { entropyFigure } from '../lib/plot/curves/entropy.js';
import { retrain } from '../lib/retrain/retrain.js';
import { readHistory } from '../lib/run/history.js';
import { operationNamed } from '../lib/search-space/operations/registry.js';
import { decodeSearch } from '../lib/search/decode-search.js';
import { search } from '../lib/search/search.js';
import { networkCost } from '../lib/segmentation/cost/cost.js';
import { backends, useBackend } from './helpers/backends.js';
import { invertedBottleneck } from './helpers/inverted-bottleneck.js';
import { FOUR, NINE } from './helpers/operation-lists.js';
import { temporaryFolder } from './helpers/temporary-folder.js';
import { tinyDataset } from './training/tiny-dataset.js';
import { NARROW } from './training/train-tiny.js';

const folder = temporaryFolder();
let dataset: Dataset;

const lists: readonly [string, readonly string[]][] = [
  ['nine', NINE],
  ['four', FOUR],
];

const common = { crop: 33, batchSize: 2, workers: 0, filterMultiplier: 1 } as const;

beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'));
  await useBackend(backends.includes('tensorflow') ? 'tensorflow' : 'wasm');
});

describe.each(lists)('a search over %s operations', (name, operations) => {
  const at = (part: string) => path.join(folder, `${name}-${part}`);

  beforeAll(async () => {
    const config = {
      ...common,
      operations,
      layers: 3,
      blocks: 2,
      epochs: 2,
      architectureStart: 0,
      validationImages: 2,
      architectureLearningRate: 0.3,
    };
    const { decoded } = await search({ dataset, folder: at('search'), preset: 'tiny', config });
    expect(decoded?.architecture.operations).toEqual(operations);
  });

  it('keeps one α per operation and edge, with the list in its history', async () => {
    const { rows, searchSpace } = await readHistory(path.join(at('search'), 'history.arrow'));
    expect(searchSpace).toMatchObject({ layers: 3, blocks: 2, operations });
    const epochs = rows.filter(({ kind }) => kind === 'epoch');
    expect(epochs.at(-1)?.alpha).toHaveLength(5 * operations.length); // 2 + 3 edges
  });

  it('decodes again to the document that it wrote', async () => {
    const written = await readArchitecture(path.join(at('search'), 'architecture.json'));
    const { architecture } = await decodeSearch(at('search'));
    expect(architecture.genotype).toEqual(written.genotype);
    expect(written.operations).toEqual(operations);
    for (const { left, right } of written.genotype.blocks) {
      expect(operations).toContain(left.operation);
      expect(operations).toContain(right.operation);
    }
    expect(describeArchitecture(written)).toContain(
      operationNamed(operations[operations.length - 1]).label,
    );
  });

  it('is drawn with the labels of its operations', async () => {
    const history = await readHistory(path.join(at('search'), 'history.arrow'));
    const shares = operationShareFigure(history, { by: 'operation', measures: ['probability'] });
    const names = shares.data.map((trace) => (trace as { name?: string }).name);
    expect([...names].reverse()).toEqual(operations.map((one) => operationNamed(one).shortLabel));
    expect(entropyFigure(history).data.length).toBeGreaterThan(0);
  });

  it('retrains, reloads and draws a cell with the new operation', async () => {
    const found = await readArchitecture(path.join(at('search'), 'architecture.json'));
    // Whatever so short a search decodes to: the new operation has to be built as well.
    const [first, ...others] = found.genotype.blocks;
    const left = { ...first.left, operation: 'inverted_bottleneck' };
    const architecture = { ...found, genotype: { blocks: [{ ...first, left }, ...others] } };
    const config = { ...common, epochs: 1 };
    await retrain({
      dataset,
      architecture,
      folder: at('retrain'),
      preset: 'tiny',
      config: { ...config, ...NARROW },
    });
    const network = await loadNetwork(at('retrain'));
    try {
      expect(network.architecture.genotype).toEqual(architecture.genotype);
      const names = Object.keys(network.predictor.variables);
      expect(names).toContain('cell0/block1/left/expand');
    } finally {
      network.predictor.dispose();
    }
    const stored = await readFile(path.join(at('retrain'), 'architecture.json'), 'utf8');
    expect(stored).toContain('"inverted_bottleneck"');
    const size = { filterMultiplier: 4, classes: 3, height: 33, width: 33 };
    expect(networkCost({ architecture, ...size }).parameters).toBeGreaterThan(0);
    const text = JSON.stringify(cellFigure(architecture.genotype));
    expect(text).toContain(invertedBottleneck.shortLabel);
    expect(text).toContain(invertedBottleneck.color);
  });
});
