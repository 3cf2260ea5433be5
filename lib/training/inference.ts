/** From images to label maps: one step, for every network and every use. */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../nn/apply.js';
import type { Network, Variables } from '../nn/scope.js';
import { compile } from '../runtime/compile.js';
import type { InputSpec, Program, Step, StepDefinition } from '../runtime/program.js';
import { withPrefix, withoutPrefix } from '../optimizer/named-tensors.js';
import type { Size } from '../dataset/pixels.js';

/** Images of one size as plain numbers. */
export interface ImageBatch extends Size {
  /** `[batch, height, width, 3]`, from −1 to 1. */
  readonly images: Float32Array;
}

/** Gives a class for each pixel: `[batch, height, width]`. */
export type LabelMapper = (batch: ImageBatch) => Promise<Int32Array>;

/** The images of a batch as an input of a step. */
export function imageSpec(batch: number, { height, width }: Size): InputSpec {
  return { shape: [batch, height, width, 3] };
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

/** The step with its input declared. */
export function labelMapDefinition(network: Network, batch: number, size: Size): StepDefinition {
  return { step: labelMapStep(network), inputs: { image: imageSpec(batch, size) } };
}

/** Runs a program's label map step on plain numbers. */
export async function runLabelMap(
  program: Program,
  step: string,
  { images, height, width }: ImageBatch,
): Promise<Int32Array> {
  const batch = images.length / (height * width * 3);
  const image = tf.tensor4d(images, [batch, height, width, 3], 'float32');
  try {
    const { labels } = program.run(step, { image });
    const values = await labels.data<'int32'>();
    labels.dispose();
    return values;
  } finally {
    image.dispose();
  }
}

/** At most so many programs, one a size of image, are kept. */
const MOST_PROGRAMS = 4;

/** A trained network that predicts images of any size. Owns programs; dispose it. */
export class Predictor {
  /** The network that predicts. */
  readonly network: Network;
  private readonly state: Variables;
  private readonly programs = new Map<string, Program>();

  /** @param variables - of the network, by name; copied */
  constructor(network: Network, variables: Variables) {
    this.network = network;
    const copies = Object.entries(variables).map(
      ([name, tensor]) => [name, tf.keep(tensor.clone())] as const,
    );
    this.state = withPrefix('variables', Object.fromEntries(copies));
  }

  /** The network's variables by name; they stay the predictor's. */
  get variables(): Variables {
    return withoutPrefix('variables', this.state);
  }

  /** The most probable class of each pixel, `[batch, height, width]`. */
  async labels(batch: ImageBatch): Promise<Int32Array> {
    const { height, width, images } = batch;
    const count = images.length / (height * width * 3);
    return runLabelMap(this.programFor(count, { height, width }), 'predict', batch);
  }

  /** Frees the network. */
  dispose(): void {
    for (const program of this.programs.values()) {
      program.dispose();
    }
    this.programs.clear();
    tf.dispose(Object.values(this.state));
  }

  private programFor(batch: number, size: Size): Program {
    const key = `${batch}/${size.height}/${size.width}`;
    let program = this.programs.get(key);
    if (program === undefined) {
      const [oldest] = this.programs.keys();
      if (this.programs.size >= MOST_PROGRAMS) {
        this.programs.get(oldest)?.dispose();
        this.programs.delete(oldest);
      }
      const predict = labelMapDefinition(this.network, batch, size);
      program = compile(this.state, { predict }, { rewrite: true });
      this.programs.set(key, program);
    }
    return program;
  }
}
