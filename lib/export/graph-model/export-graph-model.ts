/** A trained network as a GraphModel, for TensorFlow.js in browsers and in Node. */
import path from 'node:path';
import { ConfigError } from '../../errors.js';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { AtomicFolder } from '../../files/atomic-folder.js';
import { interruptSignal } from '../../interrupt.js';
import { libraryVersion } from '../../run/version.js';
import { GRAPH_VERSION } from '../../runtime/graph/graph-def.js';
import { writeExported } from '../../runtime/graph/write-exported.js';
import { countBatchNorms } from '../../runtime/passes/fold-batch-norms.js';
import { inputsOf } from '../../runtime/trace-graph.js';
import {
  describeExport,
  type ExportedModel,
  type ExportOptions,
  type ExportSource,
} from '../export-options.js';
import { tracedNetwork } from '../traced-network.js';
import { GraphJson, signatureOf } from './graph-json.js';
import { GRAPH_WEIGHTS, storeWeights, type GraphWeightsType } from './weights.js';

/** What an exported GraphModel takes, and how its weights are stored. */
export interface GraphModelOptions extends ExportOptions {
  /**
   * *float32* (default); *float16* - the filters rounded to 11 bits, half the size; *uint8* - the filters
   * in 256 steps each, a quarter of the size. The network computes in float32 in any case.
   */
  readonly weights?: GraphWeightsType;
}

/** The file of a GraphModel that loaders are given. */
const MODEL_FILE = 'model.json';

/**
 * Writes a trained network as a GraphModel of TensorFlow.js: `model.json` and weights in files of 4 MiB. The
 * folder appears when it is whole.
 *
 * `tf.loadGraphModel` reads it, in browsers and in Node, without this library. Inputs and outputs are those of
 * {@link exportSavedModel}, by name: `model.execute({ image }, 'labels')`. `model.metadata` has the classes
 * and how the input is made. Batch norms are folded into the convolutions.
 *
 * @param folder - the model's folder: new or empty
 * @throws {@link ConfigError} if the folder holds anything, the weights exceed 2 GiB, a convolution is
 *   grouped, or any size is asked of a network that depends on it
 * @throws {@link NumericError} if a filter is too large for float16
 * @throws {@link ShapeError} if the size is not one of whole pixels
 * @throws {@link DataError} if another process is writing the folder, or a file cannot be written
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const network = await loadNetwork('runs/retrain');
 * await exportGraphModel(network, 'graph-model', { size: 'any', weights: 'float16' });
 * network.dispose();
 * // In the browser: await tf.loadGraphModel('graph-model/model.json')
 */
export async function exportGraphModel(
  source: ExportSource,
  folder: string,
  options: GraphModelOptions,
): Promise<ExportedModel> {
  const { weights = 'float32', signal = interruptSignal() } = options;
  if (!GRAPH_WEIGHTS.includes(weights)) {
    throw new ConfigError(
      `export weights: expected one of ${GRAPH_WEIGHTS.join(', ')}, got ${String(weights)}`,
    );
  }
  signal?.throwIfAborted();
  const step = tracedNetwork(source, options);
  const { shape } = inputsOf(step).get('image')!;
  const graph = new GraphJson();
  const ends = writeExported(graph, step);
  const { manifest, files, bytes } = storeWeights(graph.weights, weights);
  const model = {
    format: 'graph-model',
    generatedBy: `autodeeplab ${libraryVersion()}`,
    convertedBy: `autodeeplab ${libraryVersion()}`,
    signature: signatureOf(ends),
    userDefinedMetadata: { ...describeExport(source, shape, countBatchNorms(step)), weights },
    modelTopology: { ...graph.topology(ends), versions: { producer: GRAPH_VERSION } },
    weightsManifest: manifest,
  };
  const document = JSON.stringify(model);
  await AtomicFolder.write(folder, signal, async (temporary) => {
    for (const [file, content] of files) {
      await writeFileAtomic(path.join(temporary, file), content);
    }
    await writeFileAtomic(path.join(temporary, MODEL_FILE), document);
  });
  return { folder, inputShape: shape, bytes: bytes + Buffer.byteLength(document) };
}
