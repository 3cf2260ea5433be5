/** What the scenarios start from; compiled beside them, in a process of their own. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as adl from '../../lib/index.js';

/** Where a scenario works. */
export interface Given {
  /** A folder of its own, that does not exist yet. */
  readonly folder: string;
  /** The folder of all scenarios of the process. */
  readonly shared: string;
  /** A dataset of the kind `folder`. */
  readonly root: string;
}

/** The watching of work that can be stopped. */
export type Control = adl.runs.LoopControl;

const ARCHITECTURE: adl.Architecture = {
  version: 1,
  path: [0, 1],
  genotype: {
    blocks: [
      {
        left: { input: 0, operation: 'sep_conv_3x3' },
        right: { input: 1, operation: 'skip_connect' },
      },
    ],
  },
  operations: adl.PRIMITIVES,
  provenance: { source: 'test' },
};

const COMMON = {
  filterMultiplier: 1,
  crop: 33,
  batchSize: 2,
  epochs: 1,
  validationImages: 1,
  workers: 1,
};

/** Widths of stem and head in proportion to F = 1. */
const NARROW = { stemWidths: [4, 8], headFilters: 8 } as const;
const NARROW_COMMON = { ...COMMON, ...NARROW };

/** A search space of four networks. */
export const TINY_SPACE = {
  layers: 1,
  blocks: 1,
  operations: ['none', 'skip_connect', 'max_pool_3x3'],
};

const TINY_NETWORK = { filterMultiplier: 1, classes: 2, height: 9, width: 9 };

/** Measures the pieces of the networks of {@link TINY_SPACE}. */
export const profileTiny = (control: Control) =>
  adl.space.measureProfile({
    ...TINY_SPACE,
    network: { ...TINY_NETWORK, stemWidths: [1, 2], headFilters: 2 },
    ...control,
  });

let measured: Promise<adl.space.LatencyProfile> | undefined;

/** A profile that the scenarios of a process share. */
export const measuredProfile = () => (measured ??= profileTiny({}));

/** A profile that nobody measured. */
export const PROFILE: adl.space.LatencyProfile = {
  version: 1,
  machine: {
    processor: 'none',
    cores: 1,
    backend: 'wasm',
    threads: 1,
    date: '2026-01-01T00:00:00.000Z',
    libraryVersion: '0.0.0',
  },
  network: {
    ...TINY_NETWORK,
    stemWidths: [1, 2],
    headFilters: 2,
    imagePoolingNorm: 'batch',
    blocks: 1,
  },
  pieces: { stem: { seconds: 0.5, runs: 3 } },
};

export const openGiven = ({ root }: Given) => adl.openDataset('folder', { root });

/** A kind of dataset whose benchmark has an evaluation server. */
const SERVED = adl.defineDataset({
  name: 'served',
  summary: 'a folder with a server',
  check: (options: unknown) => options as adl.data.CommonOptions,
  async open({ root }: adl.data.CommonOptions) {
    const dataset = await adl.openDataset('folder', { root });
    return { ...dataset, description: { ...dataset.description, kind: 'served' } };
  },
  submission: {
    server: 'a server',
    classes: ['dark', 'red', 'green'].map((name, value) => ({ name, value })),
    png: 'grey',
    competitions: [],
    archive: 'zip',
    nameOf: (id) => `${id}.png`,
    idOf: (name) => name.replace(/\.png$/, ''),
  },
});

/** Checks the label maps of its images as files for the server. */
export async function checkServed({ root }: Given, control: Control) {
  const options = { dataset: await SERVED.open({ root }), split: 'val', ...control };
  return adl.runs.checkSubmission({ ...options, path: path.join(root, 'val_labels') });
}

export const imageOf = ({ root }: Given) => path.join(root, 'val', '0.png');

export const labelsOf = ({ root }: Given) => path.join(root, 'val_labels', '0.png');

export async function retrainTiny(given: Given, control: Control = {}, folder = given.folder) {
  const dataset = await openGiven(given);
  const options = { dataset, architecture: ARCHITECTURE, folder, preset: 'tiny' } as const;
  return adl.retrain({ ...options, ...control, config: NARROW_COMMON });
}

export async function searchTiny(given: Given, control: Control = {}, folder = given.folder) {
  const dataset = await openGiven(given);
  const config = { ...COMMON, layers: 2, blocks: 1, architectureStart: 0 };
  return adl.search({ dataset, folder, preset: 'tiny', ...control, config });
}

export function recipeTiny({ root, folder }: Given, control: Control = {}) {
  const stage = { program: 'retrain', data: 'folder', preset: 'tiny' } as const;
  const stages = [
    { ...stage, name: 'first', config: COMMON },
    { ...stage, name: 'second', config: { ...COMMON, initialWeights: 'first' } },
  ];
  const recipe = { stages };
  return adl.runRecipe({ recipe, folder, root, architecture: ARCHITECTURE, ...control });
}

export async function studyTiny(given: Given, control: Control = {}) {
  const dataset = await openGiven(given);
  const own = { ...COMMON, validationSplit: 'train' };
  return adl.runs.study({
    dataset,
    folder: given.folder,
    testSplit: 'val',
    searchSeeds: [1],
    retrainSeeds: [1],
    groups: ['found'],
    search: { preset: 'tiny', config: { ...own, layers: 2, blocks: 1, architectureStart: 0 } },
    retrain: { preset: 'tiny', config: { ...own, ...NARROW } },
    ...control,
  });
}

/** A search asked for what its supernet makes of one architecture of its space. */
export async function supernetScoresTiny(given: Given, control: Control = {}) {
  const dataset = await openGiven(given);
  const shape = { ...adl.space.PAPER_SHAPE, layers: 2, blocks: 1 };
  const architectures = [adl.space.certainProbabilities(ARCHITECTURE, shape)];
  const folder = await searchedRun(given);
  return adl.runs.supernetScores({ dataset, folder, architectures, ...control });
}

const made = new Map<string, Promise<string>>();

/** The folder of a run that the scenarios of a process share. */
function shared(name: string, make: (folder: string) => Promise<{ folder: string }>, given: Given) {
  const known = made.get(name) ?? make(path.join(given.shared, name)).then(({ folder }) => folder);
  made.set(name, known);
  return known;
}

export const trainedRun = (given: Given) =>
  shared('trained', (folder) => retrainTiny(given, {}, folder), given);

/** Writes files for the server. */
export async function writeServed(given: Given, control: Control) {
  const { root, folder } = given;
  const options = { dataset: await SERVED.open({ root }), split: 'val', ...control };
  const out = path.join(folder, 'sent');
  return adl.runs.writeSubmission({ ...options, folder: await trainedRun(given), out });
}

export const searchedRun = (given: Given) =>
  shared('searched', (folder) => searchTiny(given, {}, folder), given);

export async function loaderOf(given: Given, workers = 2) {
  const dataset = await openGiven(given);
  const samples = await dataset.samples('train');
  return adl.createLoader({ dataset, samples, crop: 33, batchSize: 1, seed: 1, workers });
}

export async function batchTask(given: Given): Promise<adl.data.BatchTask> {
  const dataset = await openGiven(given);
  const [sample] = await dataset.samples('train');
  return {
    entries: [{ sample, index: 0, draw: 0, decoded: undefined }],
    labelTable: dataset.labelTable,
    height: 33,
    width: 33,
    seed: 1,
    epoch: 0,
    augment: undefined,
    fit: 'center',
    resolution: 1,
    maxPixels: 10_000,
    keepDecoded: false,
  };
}

/** The signal and the reports of work that does not report as runs do. */
export function plainControl({ signal, onProgress }: Control) {
  return { signal, onProgress: onProgress as (() => void) | undefined };
}

/** Looks at the training images. */
export async function inspectTraining(at: Given, control: Control) {
  const dataset = await openGiven(at);
  const samples = await dataset.samples('train');
  const part = { name: 'train', role: 'training', samples } as const;
  return adl.data.inspectData(dataset, [part], plainControl(control));
}

/** Checks the whole dataset. */
export async function checkGiven(at: Given, control: Control) {
  return adl.data.checkDataset(await openGiven(at), plainControl(control));
}

/** A picture of a sample that a check might have found. */
export async function foundProblems(at: Given) {
  const dataset = await openGiven(at);
  const [sample] = await dataset.samples('train');
  const found = { split: 'train', topic: 'values', text: 'a sample', sample } as const;
  return adl.plot.foundProblemsFigure({ dataset: dataset.name, examples: [found] }, dataset);
}

/** The annotations of COCO's validation images, of which there is one, with a cat. */
export async function cocoDownload({ folder }: Given): Promise<string> {
  const file = path.join(folder, 'annotations', 'instances_val2017.json');
  await mkdir(path.dirname(file), { recursive: true });
  const images = [{ id: 1, file_name: '000000000001.jpg', height: 4, width: 4 }];
  const cat = { id: 1, image_id: 1, category_id: 17, iscrowd: 0, area: 4 };
  const segmentation = [[0, 0, 2, 0, 2, 2, 0, 2]];
  const annotations = [Object.assign({ segmentation }, cat)];
  const categories = [{ id: 17, name: 'cat' }];
  await writeFile(file, JSON.stringify({ images, annotations, categories }));
  return folder;
}

/** Two images that labelme labelled. */
export async function labelmeExport(given: Given): Promise<string> {
  const folder = path.join(given.folder, 'labelme');
  await mkdir(folder, { recursive: true });
  const points = [[0, 0], [20, 0], [20, 20]]; // oxfmt-ignore
  const shapes = [{ label: 'field', points, shape_type: 'polygon', group_id: null, flags: {} }];
  for (const name of ['a', 'b']) {
    await copyFile(imageOf(given), path.join(folder, `${name}.png`));
    const size = { imageHeight: 36, imageWidth: 34 };
    const document = {
      version: '5.4.1',
      flags: {},
      shapes,
      imagePath: `${name}.png`,
      imageData: null,
    };
    await writeFile(
      path.join(folder, `${name}.json`),
      JSON.stringify(Object.assign(document, size)),
    );
  }
  return folder;
}

export const runDirectory = ({ folder }: Given) =>
  adl.runs.RunDirectory.create(folder, { kind: 'script', config: {}, seed: 1 });

export const CHECKPOINT: adl.runs.Checkpoint = {
  step: 1,
  epoch: 1,
  metrics: {},
  extra: null,
  groups: { weights: { w: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } } },
};

/** A folder with that checkpoint, the best so far. */
export async function savedCheckpoints(folder: string): Promise<adl.runs.CheckpointStore> {
  const store = new adl.runs.CheckpointStore(folder);
  await store.save(CHECKPOINT, { isBest: true });
  return store;
}

export async function repairedBest(folder: string): Promise<void> {
  const store = await savedCheckpoints(folder);
  const found = await store.latest();
  await (found && store.repairBest(found));
}

export const ROW: adl.runs.HistoryEntry = { epoch: 0, step: 1, phase: 'script', kind: 'step' };

/** Two pixels of two classes, in every form. */
export const PIXELS = {
  image: { height: 1, width: 2, data: Uint8Array.of(9, 8, 7, 6, 5, 4) },
  labels: { height: 1, width: 2, data: Uint8Array.of(0, 1) },
  classes: [
    { name: 'a', color: [0, 0, 0] },
    { name: 'b', color: [255, 0, 0] },
  ],
} as const;

/** An open history with a row. */
export async function historyWriter(folder: string) {
  const writer = await adl.runs.HistoryWriter.open(`${folder}.arrow`, 0);
  writer.add(ROW);
  return writer;
}

/** A log of a run with a row. */
export async function tensorBoardLog(folder: string) {
  const run = await adl.runs.RunDirectory.create(folder, { kind: 'script', config: {}, seed: 1 });
  const writer = await run.openHistory(0);
  writer.add(ROW);
  await writer.close();
  return new adl.runs.TensorBoardLog(folder);
}

/** Does work whose signal is aborted before it begins; it has to end with the reason. */
export async function stopped(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const signal = AbortSignal.abort(new Error('stopped'));
  const end = await work(signal).catch((error: unknown) => error);
  if (end !== signal.reason) {
    throw new Error(`expected the reason of the signal, got ${String(end)}`);
  }
}

/** A study that has just begun, written and read. */
export async function studyRecord({ folder }: Given): Promise<adl.runs.StudyRecord> {
  const file = `${folder}-study.json`;
  const [text, none] = ['none', [] as const];
  const origin = { command: text, libraryVersions: none, commits: none };
  const madeBy = { ...origin, hardware: none, backends: none };
  const record: adl.runs.StudyRecord = {
    format: 1,
    madeBy: { ...madeBy, dates: { begun: text, updated: text } },
    dataset: {
      kind: text,
      name: text,
      classes: none,
      trainImages: 1,
      validationImages: 1,
      testImages: 1,
      testSplit: text,
    },
    settings: {
      search: {},
      retrain: {},
      searchSeeds: [1],
      retrainSeeds: [1],
      randomPerFound: 1,
      parameterTolerance: 0.05,
      groups: ['found', 'random'],
    },
    searches: none,
    networks: none,
    scores: none,
    missing: ['search-1'],
  };
  await writeFile(file, JSON.stringify(record));
  return adl.runs.readStudyRecord(file);
}

export const studyReport = async (given: Given) =>
  adl.plot.saveStudyReport(await studyRecord(given), given.folder);
