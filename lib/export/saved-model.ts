/** A trained network as a SavedModel, for TensorFlow programs in any language. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../files/atomic-file.js';
import { AtomicFolder } from '../files/atomic-folder.js';
import { fileError } from '../files/file-error.js';
import { writeJsonFile } from '../files/json-file.js';
import { interruptSignal } from '../interrupt.js';
import { exportStep } from '../runtime/graph/export-step.js';
import { inputsOf } from '../runtime/trace-graph.js';
import { countBatchNorms } from '../runtime/passes/fold-batch-norms.js';
import {
  describeExport,
  type ExportedModel,
  type ExportOptions,
  type ExportSource,
} from './export-options.js';
import { tracedNetwork } from './traced-network.js';

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

/**
 * Writes a trained network as a SavedModel, for images of one size or of any. The folder appears when it
 * is whole.
 *
 * Plain TensorFlow loads it, without this library. The signature `serving_default` takes
 * `image`, float32 `[batch, height, width, 3]`, RGB, from −1 to 1 (pixel · 2 / 255 − 1, zeros where an
 * image is padded), and gives `logits`, float32 `[batch, height, width, classes]`, and `labels`, int32
 * `[batch, height, width]`: the label map that `predict` gives for the image at the resolution of the
 * training. The weights are constants of the graph, with batch norms folded into the convolutions.
 * `assets.extra/autodeeplab.json` has the classes and how the input is made.
 *
 * @param folder - the model's folder: new or empty
 * @throws {@link ConfigError} if the folder holds anything, the weights exceed 2 GiB, a convolution is
 *   grouped, or any size is asked of a network that depends on it
 * @throws {@link ShapeError} if the size is not one of whole pixels
 * @throws {@link DataError} if another process is writing the folder, or a file cannot be written
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const network = await loadNetwork('runs/retrain');
 * await exportSavedModel(network, 'saved-model', { size: { height: 257, width: 513 } });
 * network.dispose();
 * // Python: tf.saved_model.load('saved-model').signatures['serving_default'](image=image)['labels']
 */
export async function exportSavedModel(
  source: ExportSource,
  folder: string,
  options: ExportOptions,
): Promise<ExportedModel> {
  const { signal = interruptSignal() } = options;
  signal?.throwIfAborted();
  const step = tracedNetwork(source, options);
  const { shape } = inputsOf(step).get('image')!;
  const model = exportStep(step);
  const description = describeExport(source, shape, countBatchNorms(step));
  await AtomicFolder.write(folder, signal, (temporary) =>
    writeModel(temporary, model, description),
  );
  return { folder, inputShape: shape, bytes: model.length };
}
