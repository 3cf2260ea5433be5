/** A trained network that predicts label maps. */
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../nn/scope.js';
import { compile } from '../runtime/compile.js';
import type { Program } from '../runtime/program.js';
import type { Size } from '../size.js';
import { withPrefix, withoutPrefix, type NamedTensors } from '../tensors.js';
import { predictSteps, runLabelMap, type ImageBatch } from '../training/label-map.js';

/** How many programs, one per size of image, are kept. */
const MOST_PROGRAMS = 4;

/** A trained network that predicts images of any size. Owns programs; dispose it. */
export class Predictor {
  /** The network that predicts. */
  readonly network: Network;
  private readonly state: NamedTensors;
  private readonly programs = new Map<string, Program>();

  /** @param variables - of the network, by name; copied */
  constructor(network: Network, variables: NamedTensors) {
    this.network = network;
    const copies = Object.entries(variables).map(
      ([name, tensor]) => [name, tf.keep(tensor.clone())] as const,
    );
    this.state = withPrefix('variables', Object.fromEntries(copies));
  }

  /** The network's variables by name; they stay the predictor's. */
  get variables(): NamedTensors {
    return withoutPrefix('variables', this.state);
  }

  /** The most probable class of each pixel, `[batch, height, width]`. */
  async labels(batch: ImageBatch): Promise<Int32Array> {
    const { height, width, images } = batch;
    const count = images.length / (height * width * 3);
    return runLabelMap(this.programFor(count, { height, width }), batch);
  }

  /** Frees the network. */
  dispose(): void {
    for (const program of this.programs.values()) {
      program.dispose();
    }
    this.programs.clear();
    tf.dispose(Object.values(this.state));
  }

  private programFor(batchSize: number, size: Size): Program {
    const key = `${batchSize}/${size.height}/${size.width}`;
    let program = this.programs.get(key);
    if (program === undefined) {
      const [oldest] = this.programs.keys();
      if (this.programs.size >= MOST_PROGRAMS) {
        this.programs.get(oldest)?.dispose();
        this.programs.delete(oldest);
      }
      const steps = predictSteps(this.network, { batchSize, size });
      program = compile(this.state, steps, { rewrite: true });
      this.programs.set(key, program);
    }
    return program;
  }
}
