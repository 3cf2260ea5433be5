/** A trained network as a page that predicts pictures in the browser. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { AtomicFolder } from '../../files/atomic-folder.js';
import { fileError } from '../../files/file-error.js';
import { jsonText } from '../../files/json-file.js';
import type { LoadedNetwork } from '../../inference/load-network.js';
import { interruptSignal } from '../../interrupt.js';
import { findModel } from '../../model/document.js';
import { countParameters, declareNetwork } from '../../nn/declare.js';
import { paddedSize, toSize } from '../../size.js';
import type { ExportSize } from '../export-options.js';
import { exportGraphModel } from '../graph-model/export-graph-model.js';
import type { GraphWeightsType } from '../graph-model/weights.js';
import { codeFiles } from './code-files.js';
import { pageHtml } from './html.js';
import type { WebNetwork } from './page/messages.js';
import { STYLE_SHEET } from './style-sheet.js';

/** The file by which a folder is known as such a page. */
export const WEB_NETWORK_FILE = 'network.json';

/** How a page is made. */
export interface WebOptions {
  /**
   * The size of what the network is given, 32·k + 1 each; *any* by default, or, if image pooling averages
   * over windows of the training crop, the size of that crop. Larger pictures are read smaller.
   */
  readonly size?: ExportSize | undefined;
  /** How filters are stored: *float16* by default, half the download. */
  readonly weights?: GraphWeightsType | undefined;
  /** The title; that of the exported network, or the name of its folder, by default. */
  readonly name?: string | undefined;
  /** Its licence; that of the exported network by default. */
  readonly license?: string | undefined;
  /** Stops the work; the folder does not appear then. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link exportWeb} wrote. */
export interface ExportedWeb {
  readonly folder: string;
  /** Size of all files, in bytes. */
  readonly bytes: number;
  /** Size of the network, in bytes. */
  readonly networkBytes: number;
}

/** Writes a file and the folders that lead to it. */
async function writeIn(file: string, content: Uint8Array): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
  } catch (error) {
    throw fileError('create', path.dirname(file), error);
  }
  await writeFileAtomic(file, content);
}

/** The size of the graph's input. */
function sizeOf({ options }: LoadedNetwork, size: ExportSize | undefined): ExportSize {
  if (size === undefined) {
    return options.imagePooling === 'crop' ? paddedSize(toSize(options.crop)) : 'any';
  }
  return size === 'any' ? size : paddedSize(toSize(size));
}

/** What the page says of the network in one line. */
function about({ predictor, classes, datasetName }: LoadedNetwork): string {
  const parameters = countParameters(declareNetwork(predictor.network, [1, 33, 33, 3]).variables);
  return (
    `Semantic segmentation: which of ${classes.length} classes each pixel shows. Auto-DeepLab, trained on ` +
    `${datasetName}, ${(parameters / 1e6).toFixed(2)} million parameters.`
  );
}

/**
 * Writes a trained network as a page of static files: it predicts pictures that are chosen, dropped, pasted
 * or seen by the camera, in the browser, by WebGPU or else WebAssembly. The folder appears when it is whole.
 *
 * The label maps are those of `predict`, but for the rounding of the weights and the browser's decoding of
 * JPEG. The page asks nobody but its own server for anything. Any web server can serve the folder; threads of
 * WebAssembly need the headers `Cross-Origin-Opener-Policy: same-origin` and
 * `Cross-Origin-Embedder-Policy: require-corp`, the camera and WebGPU need https or localhost.
 *
 * @param network - stays the caller's
 * @param folder - new or empty
 * @throws {@link ConfigError} if the folder holds anything, or the network cannot be written as a GraphModel
 * @throws {@link NumericError} if a filter is too large for float16
 * @throws {@link DataError} if another process is writing the folder, or a file cannot be read or written
 * @throws the signal's reason if it is aborted
 *
 * @example
 * ```ts no-run
 * const network = await loadNetwork('runs/retrain');
 * await exportWeb(network, 'web');
 * // npx autodeeplab demo web
 * ```
 */
export async function exportWeb(
  network: LoadedNetwork,
  folder: string,
  options: WebOptions = {},
): Promise<ExportedWeb> {
  const { weights = 'float16', signal = interruptSignal() } = options;
  signal?.throwIfAborted();
  const model = await findModel(network.folder);
  const name = options.name ?? model?.name ?? path.basename(path.resolve(network.folder));
  const license = options.license ?? model?.license ?? undefined;
  const size = sizeOf(network, options.size);
  const document: WebNetwork = {
    format: 'autodeeplab-web',
    version: 1,
    name,
    dataset: network.datasetName,
    classes: network.classes.map(({ name: title, color }) => ({ name: title, color })),
    resolution: network.options.resolution,
    size: size === 'any' ? size : toSize(size),
  };
  const files = new Map<string, Uint8Array>([
    ...(await codeFiles()),
    [WEB_NETWORK_FILE, Buffer.from(jsonText(document))],
    ['style.css', Buffer.from(STYLE_SHEET)],
    ['index.html', Buffer.from(pageHtml({ name, about: about(network), license }))],
  ]);
  return AtomicFolder.write(folder, signal, async (temporary) => {
    const target = path.join(temporary, 'model');
    const { bytes: networkBytes } = await exportGraphModel(network, target, {
      size,
      weights,
      signal,
    });
    let bytes = networkBytes;
    for (const [name, content] of files) {
      await writeIn(path.join(temporary, name), content);
      bytes += content.length;
    }
    return { folder, bytes, networkBytes };
  });
}
