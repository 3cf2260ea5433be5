/**
 * The last statements of scripts that use no backend, by public function and by the way in which they end.
 * Compiled and run by `script.ts`; a new public function needs an entry here or in `scenarios-on-backend.ts`.
 */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as adl from '../../lib/index.js';
import * as given from './given.js';
import { enough, stoppable, type Scenario } from './scenario.js';

const { data, plot, runs } = adl;

/** Scenarios that use no backend. */
export const PLAIN: Readonly<Record<string, Scenario>> = {
  'Loader.epoch': {
    end: async (at) => {
      const loader = await given.loaderOf(at);
      for await (const batch of loader.epoch(0)) {
        tf.util.assert(batch.ids.length === 1, () => 'no batch');
      }
      await loader.close();
    },
    break: async (at) => {
      const loader = await given.loaderOf(at);
      for await (const batch of loader.epoch(0)) {
        if (batch.ids.length > 0) {
          break;
        }
      }
      await loader.close();
    },
    return: async (at) => {
      const loader = await given.loaderOf(at);
      const first = async () => {
        for await (const batch of loader.epoch(0)) {
          return batch;
        }
        return undefined;
      };
      await first();
      await loader.close();
    },
    throw: async (at) => {
      const loader = await given.loaderOf(at);
      try {
        for await (const batch of loader.epoch(0)) {
          tf.util.assert(batch.ids.length === 0, enough);
        }
      } finally {
        await loader.close();
      }
    },
    abort: async (at) => {
      const loader = await given.loaderOf(at);
      const controller = new AbortController();
      try {
        for await (const batch of loader.epoch(0, { signal: controller.signal })) {
          controller.abort(new Error(batch.ids[0]));
        }
      } catch (error) {
        tf.util.assert(error === controller.signal.reason, () => String(error));
      }
      await loader.close();
    },
    'left open': async (at) => {
      const loader = await given.loaderOf(at);
      for await (const batch of loader.epoch(0)) {
        if (batch.ids.length > 0) {
          break;
        }
      }
    },
  },
  writeProfile: { end: (at) => adl.space.writeProfile(`${at.folder}.json`, given.PROFILE) },
  readProfile: {
    end: async (at) => {
      await adl.space.writeProfile(`${at.folder}.json`, given.PROFILE);
      return adl.space.readProfile(`${at.folder}.json`);
    },
  },
  'Loader.close': {
    end: async (at) => {
      const loader = await given.loaderOf(at);
      const next = loader.epoch(0)[Symbol.asyncIterator]().next();
      next.catch(() => undefined);
      await loader.close();
      await loader.close();
    },
  },
  'WorkerPool.make': {
    end: async (at) => new data.WorkerPool(1).make(await given.batchTask(at)),
  },
  'WorkerPool.close': {
    end: async (at) => {
      const pool = new data.WorkerPool(2);
      const batches = [pool.make(await given.batchTask(at)), pool.make(await given.batchTask(at))];
      await Promise.race(batches);
      await Promise.all([pool.close(), ...batches.map((batch) => batch.catch(() => undefined))]);
    },
  },
  openSampleCache: {
    end: async (at) => {
      const { cache } = await data.openSampleCache({ folder: at.folder, maxBytes: 2 ** 20 });
      await data.inThisThread.make({ ...(await given.batchTask(at)), cache });
    },
  },
  'inThisThread.make': { end: async (at) => data.inThisThread.make(await given.batchTask(at)) },
  'inThisThread.close': { end: () => data.inThisThread.close() },
  openDataset: { end: (at) => given.openGiven(at) },
  reopenDataset: {
    end: async (at) => data.reopenDataset((await given.openGiven(at)).description),
  },
  'Dataset.samples': { end: async (at) => (await given.openGiven(at)).samples('val') },
  'DatasetKind.open': {
    end: (at) =>
      data
        .datasetKinds()
        .find(({ name }) => name === 'folder')!
        .open({ root: at.root }),
  },
  'DatasetKind.prepare': stoppable(async (at, control) => {
    const coco = data.datasetKinds().find(({ name }) => name === 'coco');
    return coco!.prepare!({ root: await given.cocoDownload(at), ...given.plainControl(control) });
  }),
  prepareDataset: stoppable(async (at, control) => {
    const root = await given.cocoDownload(at);
    return data.prepareDataset('coco', { root, ...given.plainControl(control) });
  }),
  importDataset: stoppable(async (at, control) => {
    const folder = await given.labelmeExport(at);
    const out = path.join(at.folder, 'imported');
    return data.importDataset({ folder, out, ...given.plainControl(control) });
  }),
  checkSubmission: stoppable((at, control) => given.checkServed(at, control)),
  readSample: {
    end: async (at) => {
      const dataset = await given.openGiven(at);
      const [sample] = await dataset.samples('val');
      return adl.readSample(sample, dataset.labelTable);
    },
  },
  readImageFile: { end: (at) => adl.readImageFile(given.imageOf(at)) },
  readLabelFile: { end: (at) => data.readLabelFile(given.labelsOf(at)) },
  readTrainIds: {
    end: async (at) =>
      data.readTrainIds(given.labelsOf(at), (await given.openGiven(at)).labelTable),
  },
  inspectData: stoppable(given.inspectTraining),
  checkDataset: stoppable(given.checkGiven),
  'Dataset.labelFiles': { end: async (at) => (await given.openGiven(at)).labelFiles?.('val') },
  'TensorBoardLog.update': {
    end: async ({ folder }) => {
      const log = await given.tensorBoardLog(folder);
      await log.update();
      await log.close();
    },
  },
  'TensorBoardLog.close': {
    end: async ({ folder }) => (await given.tensorBoardLog(folder)).close(),
  },
  classFrequency: stoppable(async (at, { signal, onProgress }) => {
    const dataset = await given.openGiven(at);
    const samples = await dataset.samples('train');
    const report = onProgress as (() => void) | undefined;
    return adl.classFrequency(dataset, samples, { signal, onProgress: report });
  }),
  'LabelCounts.of': stoppable(async (at, { signal, onProgress }) => {
    const dataset = await given.openGiven(at);
    const samples = await dataset.samples('train');
    const report = onProgress as (() => void) | undefined;
    return new adl.data.LabelCounts(dataset).of(samples, { signal, onProgress: report });
  }),
  writeSample: stoppable(async ({ folder }, control) => {
    const size = { width: 48, height: 40, counts: { train: 1, val: 1 } };
    return adl.writeSample({ root: folder, ...size, ...(control as object) });
  }),
  readArchitecture: {
    end: async (at) => {
      const file = `${at.folder}.json`;
      await adl.writeArchitecture(file, adl.publishedArchitecture);
      return adl.readArchitecture(file);
    },
  },
  writeArchitecture: {
    end: ({ folder }) => adl.writeArchitecture(`${folder}.json`, adl.publishedArchitecture),
  },
  'RunDirectory.create': { end: (at) => given.runDirectory(at) },
  'RunDirectory.resume': {
    end: async (at) => {
      await (await given.runDirectory(at)).close();
      return runs.RunDirectory.resume(at.folder);
    },
  },
  'RunDirectory.open': {
    end: async (at) => {
      await (await given.runDirectory(at)).close();
      return runs.RunDirectory.open(at.folder);
    },
  },
  'RunDirectory.close': { end: async (at) => (await given.runDirectory(at)).close() },
  'RunDirectory.write': { end: async (at) => (await given.runDirectory(at)).write('halves', {}) },
  'RunDirectory.remove': { end: async (at) => (await given.runDirectory(at)).remove('halves') },
  'RunDirectory.recordDifferences': {
    end: async (at) => (await given.runDirectory(at)).recordDifferences(0),
  },
  'RunDirectory.writeText': {
    end: async (at) => (await given.runDirectory(at)).writeText('halves', '{}'),
  },
  'RunDirectory.read': { end: async (at) => (await given.runDirectory(at)).read('halves') },
  'RunDirectory.openHistory': {
    end: async (at) => (await (await given.runDirectory(at)).openHistory(0)).close(),
  },
  'RunDirectory.readHistory': {
    end: async (at) => {
      const run = await given.runDirectory(at);
      await (await run.openHistory(0)).close();
      return run.readHistory();
    },
  },
  'HistoryWriter.open': { end: async ({ folder }) => (await given.historyWriter(folder)).close() },
  'HistoryWriter.flush': {
    end: async ({ folder }) => {
      const writer = await given.historyWriter(folder);
      await writer.flush();
      await writer.close();
    },
  },
  'HistoryWriter.close': { end: async ({ folder }) => (await given.historyWriter(folder)).close() },
  readHistory: {
    end: async ({ folder }) => {
      await (await given.historyWriter(folder)).close();
      return adl.readHistory(`${folder}.arrow`);
    },
  },
  'CheckpointStore.save': {
    end: ({ folder }) => new runs.CheckpointStore(folder).save(given.CHECKPOINT),
  },
  'CheckpointStore.at': { end: ({ folder }) => new runs.CheckpointStore(folder).at(1) },
  'CheckpointStore.latest': { end: ({ folder }) => new runs.CheckpointStore(folder).latest() },
  'CheckpointStore.best': {
    end: async ({ folder }) => (await given.savedCheckpoints(folder)).best(),
  },
  'CheckpointStore.repairBest': { end: ({ folder }) => given.repairedBest(folder) },
  chosenCheckpoint: {
    end: async ({ folder }) =>
      runs.chosenCheckpoint((await given.savedCheckpoints(folder)).folder, 'last'),
  },
  collectTrials: {
    end: async (at) => {
      await (await given.runDirectory({ ...at, folder: path.join(at.folder, 'seed-1') })).close();
      return runs.collectTrials(at.folder);
    },
  },
  writeTrials: { end: ({ folder }) => runs.writeTrials({ folder, trials: [] }, folder) },
  readStudyRecord: { end: (at) => given.studyRecord(at) },
  saveStudyReport: { end: (at) => given.studyReport(at) },
  readRecipe: { end: () => runs.readRecipe('camvid') },
  latestCheckpoint: { end: ({ folder }) => runs.latestCheckpoint(folder) },
  writeCheckpoint: {
    end: ({ folder }) => runs.writeCheckpoint(`${folder}.safetensors`, given.CHECKPOINT),
  },
  readCheckpoint: {
    end: async ({ folder }) => {
      await runs.writeCheckpoint(`${folder}.safetensors`, given.CHECKPOINT);
      return runs.readCheckpoint(`${folder}.safetensors`);
    },
  },
  writeSafetensors: { end: ({ folder }) => runs.writeSafetensors(`${folder}.safetensors`, {}) },
  readSafetensors: {
    end: async ({ folder }) => {
      await runs.writeSafetensors(`${folder}.safetensors`, given.CHECKPOINT.groups.weights);
      return runs.readSafetensors(`${folder}.safetensors`);
    },
  },
  writeImage: { end: ({ folder }) => runs.writeImage(`${folder}.png`, given.PIXELS.image) },
  writeLabelMap: { end: ({ folder }) => runs.writeLabelMap(`${folder}.png`, given.PIXELS.labels) },
  writePaletteLabelMap: {
    end: ({ folder }) =>
      runs.writePaletteLabelMap(`${folder}.png`, given.PIXELS.labels, new Uint8Array(768)),
  },
  segmentationFigure: { end: () => adl.segmentationFigure(given.PIXELS, given.PIXELS) },
  predictionsFigure: {
    end: () => {
      const { image, labels } = given.PIXELS;
      const course = { id: 'a', image, labels, predictions: [{ epoch: 1, prediction: labels }] };
      return adl.plot.predictionsFigure(course, given.PIXELS);
    },
  },
  foundProblemsFigure: { end: given.foundProblems },
  overlayFigure: {
    end: () => adl.overlayFigure(given.PIXELS.image, given.PIXELS.labels, given.PIXELS),
  },
  errorMapFigure: {
    end: () =>
      adl.errorMapFigure(
        { labels: given.PIXELS.labels, prediction: given.PIXELS.labels },
        given.PIXELS,
      ),
  },
  figureToSvg: { end: () => plot.figureToSvg(bars) },
  figureToPng: { end: () => plot.figureToPng(bars) },
  figurePage: { end: () => plot.figurePage([bars]) },
  saveFigure: { end: ({ folder }) => adl.saveFigure(bars, `${folder}.png`) },
  show: { end: () => adl.show(bars) },
  'LiveFigure.finish': {
    end: () => {
      const live = adl.liveFigure();
      live.update(bars);
      return live.finish();
    },
  },
  'RunMonitor.finish': {
    end: () => {
      const monitor = adl.trainingMonitor();
      monitor.onProgress({ kind: 'note', text: 'a note' });
      return monitor.finish();
    },
  },
  diagnose: { end: () => adl.diagnose() },
  setUpBackend: { end: () => adl.setUpBackend({ backend: 'wasm' }) },
};

const bars: adl.Figure = { data: [{ type: 'bar', y: [1, 2] }], layout: {} };
