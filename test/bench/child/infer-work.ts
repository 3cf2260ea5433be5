/** The label map of an image by Auto-DeepLab-S, as `predict` and `evaluate` run it. */
import * as tf from '@tensorflow/tfjs-core';
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
  randomImages,
  type MeasuredWork,
  type ProgramMode,
} from './measured-work.js';

/** From pixels as plain numbers to labels as plain numbers. */
export function inferWork(work: InferWork, mode: ProgramMode): MeasuredWork {
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
  if (mode === 'graph') {
    const predictor = new runs.Predictor(network, variables);
    tf.dispose(variables);
    return {
      run: async () => {
        await predictor.labels({ images, height, width });
        return result;
      },
    };
  }
  const shape: [number, number, number, number] = [batch, height, width, 3];
  const predict = { step: runs.labelMapStep(network), inputs: { image: { shape } } };
  const program = compile(
    prefixed('variables', variables),
    { predict },
    { mode, ...COMPILE_OPTIONS.infer },
  );
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
