/** What drilled commands work on: a few small images, an architecture and a recipe. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PRIMITIVES, Random, runs } from 'autodeeplab';

/** Where it is. */
export interface Ground {
  /** The folder of everything. */
  readonly folder: string;
  readonly data: string;
  readonly architecture: string;
  readonly recipe: string;
}

const SIZE = { height: 40, width: 44 };
const SPLITS = { train: 4, val: 1 };

async function writePicture(data: string, split: string, i: number): Promise<void> {
  const random = new Random(1).fork(`${split} ${i}`);
  const { height, width } = SIZE;
  const [top, left] = [random.integer(height), random.integer(width)];
  const labels = new Uint8Array(height * width);
  const pixels = new Uint8Array(3 * height * width);
  for (let k = 0; k < labels.length; k++) {
    labels[k] = Math.floor(k / width) >= top ? 2 : k % width >= left ? 1 : 0;
    pixels[3 * k + labels[k]] = 150 + random.integer(50);
  }
  const name = `${i}.png`;
  await runs.writeImage(path.join(data, split, name), { ...SIZE, data: pixels });
  await runs.writeLabelMap(path.join(data, `${split}_labels`, name), { ...SIZE, data: labels });
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** Options of all runs: small, and with everything that a state may hold. */
const CONFIG = {
  crop: 33,
  batchSize: 2,
  filterMultiplier: 1,
  epochs: 2,
  checkpointEvery: 1,
  workers: 0,
};

/** The recipe: a search, a retraining of what it found, an evaluation. */
const RECIPE = {
  title: 'drill',
  datasets: { tiny: { kind: 'folder' } },
  stages: [
    {
      name: 'search',
      program: 'search',
      data: 'tiny',
      preset: 'tiny',
      config: { ...CONFIG, layers: 2, blocks: 1 },
    },
    {
      name: 'retrain',
      program: 'retrain',
      data: 'tiny',
      preset: 'tiny',
      config: { ...CONFIG, validateEvery: 1, emaDecay: 0.9 },
      architecture: 'search',
    },
    { name: 'score', program: 'evaluate', config: { withBaselines: false, workers: 0 } },
  ],
};

/** Writes it into a folder. */
export async function prepareGround(folder: string): Promise<Ground> {
  const ground = {
    folder,
    data: path.join(folder, 'data'),
    architecture: path.join(folder, 'architecture.json'),
    recipe: path.join(folder, 'recipe.json'),
  };
  for (const [split, count] of Object.entries(SPLITS)) {
    await mkdir(path.join(ground.data, split), { recursive: true });
    await mkdir(path.join(ground.data, `${split}_labels`), { recursive: true });
    for (let i = 0; i < count; i++) {
      await writePicture(ground.data, split, i);
    }
  }
  const classes = ['one', 'two', 'three'].map((name, id) => ({ name, id, color: [80 * id, 9, 9] }));
  const splits = Object.fromEntries(
    Object.keys(SPLITS).map((split) => [split, { images: split, labels: `${split}_labels` }]),
  );
  await writeFile(path.join(ground.data, 'dataset.json'), json({ name: 'tiny', classes, splits }));
  const blocks = [
    {
      left: { input: 0, operation: 'sep_conv_3x3' },
      right: { input: 1, operation: 'skip_connect' },
    },
  ];
  await writeFile(
    ground.architecture,
    json({
      version: 1,
      path: [0, 1],
      genotype: { blocks },
      operations: PRIMITIVES,
      provenance: { source: 'drill' },
    }),
  );
  await writeFile(ground.recipe, json(RECIPE));
  return ground;
}

/** The same options as flags. */
export const FLAGS = [
  ...['--preset', 'tiny', '--crop', '33', '--batch-size', '2', '--filter-multiplier', '1'],
  ...['--epochs', '2', '--checkpoint-every', '1'],
];
