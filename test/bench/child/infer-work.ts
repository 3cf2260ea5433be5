/** The label map of an image by Auto-DeepLab-S, as `predict` and `evaluate` run it. */
import * as tf from '@tensorflow/tfjs-core';
import type { nn } from 'autodeeplab';
import {
  compile,
  declareNetwork,
  initializeVariables,
  publishedArchitecture,
  Random,
  runs,
  segmentationNetwork,
} from 'autodeeplab';
import { CLASSES, S_FILTER_MULTIPLIER, type InferWork } from '../cases.js';
import {
  COMPILE_OPTIONS,
  prefixed,
  profileOf,
  randomImages,
  type MeasuredWork,
  type ProgramMode,
} from './measured-work.js';

/** From pixels as plain numbers to labels as plain numbers. */
export function inferWork(work: InferWork, how: ProgramMode): MeasuredWork {
  const { batch, height, width } = work;
  const network = segmentationNetwork({
    architecture: publishedArchitecture,
    filterMultiplier: S_FILTER_MULTIPLIER,
    classes: CLASSES,
  });
  const { variables: specs } = declareNetwork(network, [batch, height, width, 3]);
  const variables = initializeVariables(specs, new Random(1));
  const images = randomImages(batch * height * width * 3);
  const result = { parts: {}, loss: null };
  const shape: [number, number, number, number] = [batch, height, width, 3];
  const compiled = (): nn.Program => {
    const predict = { step: runs.labelMapStep(network), inputs: { image: { shape } } };
    const state = prefixed('variables', variables);
    return compile(state, { predict }, { ...how, ...COMPILE_OPTIONS.infer });
  };
  if (how.mode === 'graph') {
    const predictor = new runs.Predictor(network, variables, {
      ...COMPILE_OPTIONS.infer,
      precision: how.precision,
    });
    return {
      profile: () => {
        const program = compiled();
        const inputs = { image: tf.tensor4d(images, shape) };
        tf.dispose(program.run('predict', inputs)); // the first call makes the kernels ready
        return [profileOf(program, 'predict', inputs)];
      },
      run: async () => {
        await predictor.labels({ images, height, width });
        return result;
      },
    };
  }
  const program = compiled();
  tf.dispose(variables);
  return {
    run: async () => {
      const image = tf.tensor4d(images, shape);
      const outputs = program.run('predict', { image });
      await outputs.labels.data();
      tf.dispose([image, outputs.labels]);
      return result;
    },
  };
}
