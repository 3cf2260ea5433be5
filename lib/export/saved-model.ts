/** A trained network as a SavedModel, for TensorFlow programs in any language. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../size.js';
import { ConfigError } from '../errors.js';
import { applyNetwork } from '../nn/apply.js';
import type { Network } from '../nn/scope.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { AtomicFolder } from '../files/atomic-folder.js';
import { fileError } from '../files/file-error.js';
import { writeJsonFile } from '../files/json-file.js';
import { interruptSignal } from '../interrupt.js';
import { libraryVersion } from '../run/version.js';
import { exportStep } from '../runtime/graph/export-step.js';
import type { Step } from '../runtime/program.js';
import type { NamedTensors } from '../tensors.js';
import { imageSpec } from '../training/batch-spec.js';
import type { TrainedNetwork } from '../inference/trained-network.js';

/** A protocol-buffer message ends below 2 GiB; this much is left for all but the weights. */
const LARGEST_MESSAGE = 2 ** 31 - 1;
const ROOM_FOR_NODES = 2 ** 26;

/** What an exported network takes. */
export interface ExportOptions {
  /** Height of the images in pixels; best 32·k + 1. */
  readonly height: number;
  /** Width of the images in pixels; the height by default. */
  readonly width?: number;
  /** Images per call; 1 by default. */
  readonly batchSize?: number;
  /** Stops the work; the folder does not appear then. */
  readonly signal?: AbortSignal | undefined;
}

/** What is exported: a network that was trained, and what its labels mean. */
export interface ExportSource extends Pick<
  TrainedNetwork,
  'predictor' | 'classes' | 'datasetName'
> {
  readonly options: Pick<TrainedNetwork['options'], 'resolution'>;
}

/** What {@link exportSavedModel} wrote. */
export interface ExportedModel {
  readonly folder: string;
  /** `[batch, height, width, 3]`. */
  readonly inputShape: readonly number[];
  /** Size of the graph with all weights, in bytes. */
  readonly bytes: number;
}

/**
 * Checks that the weights fit into one SavedModel graph.
 *
 * @throws {@link ConfigError} if they do not
 */
export function checkExportSize(
  variables: Readonly<Record<string, { readonly size: number }>>,
): void {
  const numbers = Object.values(variables).reduce((sum, { size }) => sum + size, 0);
  const bytes = 4 * numbers;
  if (bytes > LARGEST_MESSAGE - ROOM_FOR_NODES) {
    throw new ConfigError(
      `export: expected weights below 2 GiB, which is all that a graph with constants holds, got ` +
        `${(bytes / 2 ** 30).toFixed(2)} GiB; export a network with a smaller filter multiplier`,
    );
  }
}

/** From `image` to `logits` and `labels`, the weights as constants. */
function exportedStep(network: Network, variables: NamedTensors): Step {
  return (_, { image }) => {
    const { output } = applyNetwork(network, variables, image as tf.Tensor4D);
    return { outputs: { logits: output, labels: tf.argMax(output, 3) } };
  };
}

/** Writes the files of a SavedModel into a folder that is empty. */
async function writeModel(folder: string, model: Uint8Array, description: object): Promise<void> {
  try {
    // Loaders expect it, even if all weights are in the graph.
    await mkdir(path.join(folder, 'variables'));
    await mkdir(path.join(folder, 'assets.extra'));
  } catch (error) {
    throw fileError('create', folder, error);
  }
  await writeFileAtomic(path.join(folder, 'saved_model.pb'), model);
  await writeJsonFile(path.join(folder, 'assets.extra', 'autodeeplab.json'), description);
}

function describe(source: ExportSource, { height, width }: Size, batch: number): object {
  const { classes, datasetName } = source;
  const { resolution } = source.options;
  return {
    library: libraryVersion(),
    input: {
      name: 'image',
      shape: [batch, height, width, 3],
      type: 'float32',
      values: 'RGB from -1 to 1: pixel * 2 / 255 - 1, padding 0',
      resolution,
    },
    outputs: {
      logits: { shape: [batch, height, width, classes.length], type: 'float32' },
      labels: { shape: [batch, height, width], type: 'int32', values: 'index of the class' },
    },
    dataset: datasetName,
    classes,
  };
}

/**
 * Writes a trained network as a SavedModel for images of one size. The folder appears when it is whole.
 *
 * Plain TensorFlow loads it, without this library. The signature `serving_default` takes
 * `image`, float32 `[batch, height, width, 3]`, RGB, from −1 to 1 (pixel · 2 / 255 − 1, zeros where an
 * image is padded), and gives `logits`, float32 `[batch, height, width, classes]`, and `labels`, int32
 * `[batch, height, width]`: the label map that `predict` gives for the image at the resolution of the
 * training. The weights are constants of the graph. `assets.extra/autodeeplab.json` has the classes
 * and how the input is made.
 *
 * @param folder - the model's folder: new or empty
 * @throws {@link ConfigError} if the folder holds anything or the weights exceed 2 GiB
 * @throws {@link ShapeError} if the size is not one of whole pixels
 * @throws {@link DataError} if another process is writing the folder, or a file cannot be written
 * @throws the signal's reason if it is aborted
 *
 * @example
 * ```ts no-run
 * const network = await loadNetwork('runs/retrain');
 * await exportSavedModel(network, 'model', { height: 1025, width: 2049 });
 * // Python: tf.saved_model.load('model').signatures['serving_default'](image=image)['labels']
 * ```
 */
export async function exportSavedModel(
  source: ExportSource,
  folder: string,
  options: ExportOptions,
): Promise<ExportedModel> {
  const { height, width = height, batchSize = 1, signal = interruptSignal() } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigError(`export batchSize: expected a whole number ≥ 1, got ${batchSize}`);
  }
  const { network, variables } = source.predictor;
  checkExportSize(variables);
  signal?.throwIfAborted();
  const image = imageSpec(batchSize, { height, width });
  const model = exportStep({ step: exportedStep(network, variables), inputs: { image } });
  const written = await AtomicFolder.begin(folder);
  try {
    await writeModel(written.temporary, model, describe(source, { height, width }, batchSize));
    signal?.throwIfAborted();
    await written.finish();
  } finally {
    await written.close();
  }
  return { folder, inputShape: image.shape, bytes: model.length };
}
