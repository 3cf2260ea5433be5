/** From images to label maps: one step, for every network and every use. */
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../size.js';
import { applyNetwork } from '../nn/apply.js';
import type { Network } from '../nn/scope.js';
import type { Program, Step, StepDefinition } from '../runtime/program.js';
import { withoutPrefix } from '../tensors.js';
import { imageSpec } from './batch-spec.js';

/** Images of one size as plain numbers. */
export interface ImageBatch extends Size {
  /** `[batch, height, width, 3]`, from −1 to 1. */
  readonly images: Float32Array;
}

/** Gives a class for each pixel: `[batch, height, width]`. */
export type LabelMapper = (batch: ImageBatch) => Promise<Int32Array>;

/** The images that a program predicts. */
export interface PredictSize {
  /** Their size. */
  readonly size: Size;
  /** How many at once. */
  readonly batchSize: number;
}

/**
 * A step from `image` to `labels`, the most probable class of each pixel, int32
 * `[batch, height, width]`. The scores stay inside, so that only label maps are read out.
 *
 * State: `variables/<name>`; it does not change.
 */
export function labelMapStep(network: Network): Step {
  return (state, { image }) => {
    const variables = withoutPrefix('variables', state);
    const { output } = applyNetwork(network, variables, image as tf.Tensor4D);
    return { outputs: { labels: tf.argMax(output, 3) } };
  };
}

/** The step that {@link runLabelMap} runs, for a program; none if nothing is predicted. */
export function predictSteps(
  network: Network,
  predict: PredictSize | undefined,
): { readonly predict?: StepDefinition } {
  return predict === undefined
    ? {}
    : {
        predict: {
          step: labelMapStep(network),
          inputs: { image: imageSpec(predict.batchSize, predict.size) },
        },
      };
}

/** Runs a program's step of {@link predictSteps} on plain numbers. */
export async function runLabelMap(
  program: Program,
  { images, height, width }: ImageBatch,
): Promise<Int32Array> {
  const batch = images.length / (height * width * 3);
  const image = tf.tensor4d(images, [batch, height, width, 3], 'float32');
  try {
    const { labels } = program.run('predict', { image });
    const values = await labels.data<'int32'>();
    labels.dispose();
    return values;
  } finally {
    image.dispose();
  }
}
