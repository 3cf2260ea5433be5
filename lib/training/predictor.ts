/** A network with its weights that predicts images of any size. */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { applyNetwork } from '../nn/apply.js';
import type { Network } from '../nn/scope.js';
import { compile, type CompileOptions } from '../runtime/compile.js';
import type { Program, ProgramCost, Step } from '../runtime/program.js';
import { elementsOf, withPrefix, withoutPrefix, type NamedTensors } from '../tensors.js';
import { imageSpec } from './batch-spec.js';
import { labelMapStep, type ImageBatch } from './label-map.js';

/** The most programs that are kept, one per size of a batch. */
const MOST_PROGRAMS = 8;

/** Every program holds the weights; together they stay below this, in bytes. */
const MOST_BYTES = 2 ** 30;

/** How many programs are kept for these weights. */
function programsFor(variables: NamedTensors): number {
  const numbers = Object.values(variables).reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  return Math.max(1, Math.min(MOST_PROGRAMS, Math.floor(MOST_BYTES / (4 * numbers))));
}

/** A step from `image` to `logits`, `[batch, height, width, classes]`; its state is `variables/<name>`. */
function logitsStep(network: Network): Step {
  return (state, { image }) => {
    const variables = withoutPrefix('variables', state);
    return { outputs: { logits: applyNetwork(network, variables, image as tf.Tensor4D).output } };
  };
}

/**
 * A network with its weights that predicts images of any size. Owns programs; dispose it.
 *
 * A program is compiled for each size of a batch when it is first needed; of at most 8, holding at
 * most 1 GiB of weights, the least recently used makes room for another.
 */
export class Predictor {
  /** The network that predicts. */
  readonly network: Network;
  private state: NamedTensors = {};
  /** The least recently used comes first. */
  private readonly programs = new Map<string, Program>();
  private readonly most: number;
  private underWay = 0;
  private isDisposed = false;
  private last: Promise<unknown> = Promise.resolve();
  private readonly options: CompileOptions;

  /**
   * @param variables - of the network, by name; copied
   * @param options - how programs are compiled
   */
  constructor(
    network: Network,
    variables: NamedTensors,
    options: CompileOptions = { rewrite: true },
  ) {
    this.network = network;
    this.options = options;
    this.most = programsFor(variables);
    this.load(variables);
  }

  /** The network's variables by name; they stay the predictor's. */
  get variables(): NamedTensors {
    return withoutPrefix('variables', this.state);
  }

  /**
   * Takes other weights, by name; copied.
   *
   * @throws {@link BackendError} if a prediction is under way; nothing has changed then
   */
  load(variables: NamedTensors): void {
    if (this.underWay > 0) {
      throw new BackendError(
        'predictor: expected a load when no prediction is under way, got one before; await its promise first',
      );
    }
    const before = this.state;
    const copies = Object.entries(variables).map(
      ([name, tensor]) => [name, tf.keep(tensor.clone())] as const,
    );
    this.state = withPrefix('variables', Object.fromEntries(copies));
    tf.dispose(Object.values(before));
    for (const program of this.programs.values()) {
      program.load(this.state);
    }
  }

  /**
   * Compiles the program of a size before it is needed; while no prediction is under way.
   *
   * @returns what it costs
   * @throws {@link BackendError} if it does not fit into memory
   */
  prepare(batch: number, height: number, width: number): () => ProgramCost {
    const program = this.programFor('labels', [batch, height, width]);
    return () => program.cost();
  }

  /** The most probable class of each pixel, `[batch, height, width]`. */
  async labels(batch: ImageBatch): Promise<Int32Array> {
    return (await this.run('labels', batch)) as Int32Array;
  }

  /** The scores of all classes at each pixel before the softmax, `[batch, height, width, classes]`. */
  async logits(batch: ImageBatch): Promise<Float32Array> {
    return (await this.run('logits', batch)) as Float32Array;
  }

  /**
   * The scores as they stay in the backend, `[batch, height, width, classes]`; the caller disposes them.
   *
   * @param image - `[batch, height, width, 3]`, from −1 to 1; stays the caller's
   */
  async scores(image: tf.Tensor4D): Promise<tf.Tensor4D> {
    return (await this.predict('logits', image)) as tf.Tensor4D;
  }

  /** Frees the network. */
  dispose(): void {
    for (const program of this.programs.values()) {
      program.dispose();
    }
    this.programs.clear();
    tf.dispose(Object.values(this.state));
    this.isDisposed = true;
  }

  private async run(
    output: 'labels' | 'logits',
    { images, height, width }: ImageBatch,
  ): Promise<ArrayLike<number>> {
    const batch = images.length / (height * width * 3);
    const image = tf.tensor4d(images, [batch, height, width, 3], 'float32');
    try {
      const result = await this.predict(output, image);
      const values = await result.data();
      result.dispose();
      return values;
    } finally {
      image.dispose();
    }
  }

  /** Predictions run one after the other: a program is only evicted when its own have ended. */
  private predict(output: 'labels' | 'logits', image: tf.Tensor4D): Promise<tf.Tensor> {
    const [batch, height, width] = image.shape;
    this.underWay++;
    const prediction = this.last
      .then(async () => {
        if (this.isDisposed) {
          throw new BackendError(
            'predictor: expected one that is in use, got one that was disposed; load the network again',
          );
        }
        const program = this.programFor(output, [batch, height, width]);
        return (await program.runAsync('predict', { image }))[output];
      })
      .finally(() => this.underWay--);
    this.last = prediction.catch(() => undefined);
    return prediction;
  }

  private programFor(
    output: 'labels' | 'logits',
    size: readonly [batch: number, height: number, width: number],
  ): Program {
    const key = `${output} ${size.join(' ')}`;
    const program = this.programs.get(key) ?? this.compileFor(output, size);
    this.programs.delete(key);
    this.programs.set(key, program);
    return program;
  }

  private compileFor(
    output: 'labels' | 'logits',
    [batch, height, width]: readonly [batch: number, height: number, width: number],
  ): Program {
    if (this.programs.size >= this.most) {
      const [oldest] = this.programs.keys();
      this.programs.get(oldest)?.dispose();
      this.programs.delete(oldest);
    }
    const step = output === 'labels' ? labelMapStep(this.network) : logitsStep(this.network);
    const image = imageSpec(batch, { height, width });
    return compile(this.state, { predict: { step, inputs: { image } } }, this.options);
  }
}
