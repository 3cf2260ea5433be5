/** A trained network as an ONNX model, for onnxruntime and what else reads ONNX. */
import path from 'node:path';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { AtomicFolder } from '../../files/atomic-folder.js';
import { interruptSignal } from '../../interrupt.js';
import { libraryVersion } from '../../run/version.js';
import { countBatchNorms } from '../../runtime/passes/fold-batch-norms.js';
import { inputsOf } from '../../runtime/trace-graph.js';
import {
  describeExport,
  type ExportedModel,
  type ExportOptions,
  type ExportSource,
} from '../export-options.js';
import { tracedNetwork } from '../traced-network.js';
import { listFirst } from './channels-first.js';
import { writeOnnx } from './write-onnx.js';

/** The file of the model. */
const MODEL_FILE = 'model.onnx';

/**
 * Writes a trained network as an ONNX model, `model.onnx`, operator set 18. The folder appears when it is
 * whole.
 *
 * It takes `image`, float32 `[batch, 3, height, width]`, RGB, from −1 to 1 (pixel · 2 / 255 − 1, zeros where an
 * image is padded), and gives `logits`, float32 `[batch, classes, height, width]`, and `labels`, int32
 * `[batch, height, width]`: the label map that `predict` gives for the image at the resolution of the training.
 * The entry `autodeeplab` of its metadata has the classes and how the input is made, in JSON. Batch norms are
 * folded into the convolutions.
 *
 * @param folder - the model's folder: new or empty
 * @throws {@link ConfigError} if the folder holds anything, the weights exceed 2 GiB, a convolution is
 *   grouped, an operation has no ONNX form here, or any size is asked of a network that depends on it
 * @throws {@link ShapeError} if the size is not one of whole pixels
 * @throws {@link DataError} if another process is writing the folder, or a file cannot be written
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const network = await loadNetwork('runs/retrain');
 * await exportOnnx(network, 'onnx-model', { size: 'any' });
 * network.dispose();
 * // Python: onnxruntime.InferenceSession('onnx-model/model.onnx').run(['labels'], {'image': image})
 */
export async function exportOnnx(
  source: ExportSource,
  folder: string,
  options: ExportOptions,
): Promise<ExportedModel> {
  const { signal = interruptSignal() } = options;
  signal?.throwIfAborted();
  const step = tracedNetwork(source, options);
  const { shape } = inputsOf(step).get('image')!;
  const description = describeExport(source, shape, countBatchNorms(step), listFirst);
  const metadata = { autodeeplab: JSON.stringify(description) };
  const model = writeOnnx(step, { producer: libraryVersion(), metadata });
  await AtomicFolder.write(folder, signal, (temporary) =>
    writeFileAtomic(path.join(temporary, MODEL_FILE), model),
  );
  return { folder, inputShape: listFirst(shape), bytes: model.length };
}
