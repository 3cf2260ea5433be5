/** The last statements of scripts that use the backend of the process; as `scenarios.ts`. */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as adl from '../../lib/index.js';
import * as given from './given.js';
import { stoppable, type Scenario } from './scenario.js';

const { runs } = adl;

/** Scenarios that use the backend of the process. */
export const ON_BACKEND: Readonly<Record<string, Scenario>> = {
  useBackend: { end: () => adl.useBackend() },
  tensorsToArrays: { end: () => runs.tensorsToArrays({ x: tf.tensor([1, 2]) }) },
  featureMapsFigure: {
    end: () => adl.featureMapsFigure([{ name: 'map', values: tf.ones([1, 4, 4, 1]) }]),
  },
  search: {
    ...stoppable((at, control) => given.searchTiny(at, control)),
    end: (at) => given.searchedRun(at), // the first of the process, on which others go on
  },
  decodeSearch: { end: async (at) => adl.decodeSearch(await given.searchedRun(at)) },
  readSearchLogits: { end: async (at) => adl.readSearchLogits(await given.searchedRun(at)) },
  measureProfile: stoppable((_, control) => given.profileTiny(control)),
  checkProfile: stoppable(async (_, control) => {
    const profile = await given.measuredProfile();
    return adl.space.checkProfile(profile, { ...given.TINY_SPACE, networks: 1, ...control });
  }),
  retrain: {
    ...stoppable((at, control) => given.retrainTiny(at, control)),
    end: (at) => given.trainedRun(at),
  },
  measureSpeed: { end: () => runs.measureSpeed() },
  runRecipe: stoppable((at, control) => given.recipeTiny(at, control)),
  study: stoppable((at, control) => given.studyTiny(at, control)),
  supernetScores: stoppable((at, control) => given.supernetScoresTiny(at, control)),
  predictionsOverEpochs: stoppable(async (at, control) => {
    const dataset = await given.openGiven(at);
    const folder = await given.searchedRun(at);
    return runs.predictionsOverEpochs({ dataset, folder, ...control });
  }),
  loadNetwork: {
    end: async (at) => adl.loadNetwork(await given.trainedRun(at)),
    abort: async (at) => {
      const run = await given.trainedRun(at);
      await given.stopped((signal) => adl.loadNetwork(run, { signal }));
    },
  },
  evaluate: stoppable(async (at, control) => {
    const options = { dataset: await given.openGiven(at), folder: await given.trainedRun(at) };
    return adl.evaluate({ ...options, workers: 1, ...control });
  }),
  predict: stoppable(async (at, control) => {
    const options = { folder: await given.trainedRun(at), input: path.join(at.root, 'val') };
    return adl.predict({ ...options, out: at.folder, ...control });
  }),
  writeSubmission: stoppable((at, control) => given.writeServed(at, control)),
  'LoadedNetwork.predict': {
    end: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      return network.predict(await adl.readImageFile(given.imageOf(at)));
    },
    abort: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      const large = { height: 33, width: 200, data: new Uint8Array(33 * 200 * 3) };
      await given.stopped((signal) => network.predict(large, { tileSize: 65, signal }));
    },
  },
  'Predictor.labels': {
    end: async (at) => {
      const { predictor } = await adl.loadNetwork(await given.trainedRun(at));
      return predictor.labels({ height: 33, width: 33, images: new Float32Array(33 * 33 * 3) });
    },
  },
  'Predictor.logits': {
    end: async (at) => {
      const { predictor } = await adl.loadNetwork(await given.trainedRun(at));
      return predictor.logits({ height: 33, width: 33, images: new Float32Array(33 * 33 * 3) });
    },
  },
  'Predictor.scores': {
    end: async (at) => {
      const { predictor } = await adl.loadNetwork(await given.trainedRun(at));
      return predictor.scores(tf.zeros([1, 33, 33, 3]));
    },
  },
  'Program.runAsync': {
    end: async () => {
      const step: adl.nn.Step = ({ total }, { x }) => {
        const sum = tf.add(total, x);
        return { outputs: { sum }, state: { total: sum } };
      };
      const inputs = { x: { shape: [] } };
      const program = adl.compile({ total: tf.scalar(1) }, { add: { step, inputs } });
      const outputs = await program.runAsync('add', { x: tf.scalar(2) });
      program.dispose();
      return outputs;
    },
  },
  exportModel: {
    end: async (at) => adl.exportModel(await given.trainedRun(at), at.folder),
    abort: async (at) => {
      const run = await given.trainedRun(at);
      await given.stopped((signal) => adl.exportModel(run, at.folder, { signal }));
    },
  },
  exportGraphModel: {
    end: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      return adl.exportGraphModel(network, at.folder, { size: 33 });
    },
    abort: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      const { folder } = at;
      await given.stopped((signal) => adl.exportGraphModel(network, folder, { size: 33, signal }));
    },
  },
  exportOnnx: {
    end: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      return adl.exportOnnx(network, at.folder, { size: 33 });
    },
    abort: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      const { folder } = at;
      await given.stopped((signal) => adl.exportOnnx(network, folder, { size: 33, signal }));
    },
  },
  exportWeb: {
    end: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      return adl.exportWeb(network, at.folder, { size: 33 });
    },
    abort: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      await given.stopped((signal) => adl.exportWeb(network, at.folder, { size: 33, signal }));
    },
  },
  exportSavedModel: {
    end: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      return adl.exportSavedModel(network, at.folder, { size: 33 });
    },
    abort: async (at) => {
      const network = await adl.loadNetwork(await given.trainedRun(at));
      const { folder } = at;
      await given.stopped((signal) => adl.exportSavedModel(network, folder, { size: 33, signal }));
    },
  },
};
