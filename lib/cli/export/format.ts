/** What a format of `export` is, and the options that several have. */
import { Option } from 'commander';
import type { BackendChoice } from '../../backend/backend-name.js';
import type { ExportedModel, ExportOptions, ExportSize } from '../../export/export-options.js';
import type { GraphWeightsType } from '../../export/graph-model/weights.js';
import { loadNetwork, type LoadedNetwork } from '../../inference/load-network.js';
import type { CheckpointChoice } from '../../run/checkpoint-folder.js';
import type { ImagePooling } from '../../segmentation/aspp.js';
import { crop } from '../../training/options/image-kinds.js';
import { readerOf } from '../option-flags.js';
import { imagePoolingOption, wholeNumber } from '../options.js';

/** The flags of `export`, of all formats. */
export interface ExportFlags {
  readonly format: string;
  readonly out: string;
  readonly checkpoint: CheckpointChoice;
  readonly backend: BackendChoice;
  readonly size?: ExportSize;
  readonly batchSize?: number;
  readonly imagePooling?: ImagePooling;
  readonly name?: string;
  readonly weights?: GraphWeightsType;
  readonly license?: string;
  readonly terms?: string;
  readonly pictures?: number;
  readonly showImages?: boolean;
}

/** A format: what it is, the options that not all formats have, and its writer, which says what it wrote. */
export interface Format {
  readonly summary: string;
  readonly options: readonly Option[];
  write(folder: string, flags: ExportFlags, signal: AbortSignal): Promise<string>;
}

const readSize = readerOf(crop);

/** How weights are stored. */
export const WEIGHTS = new Option(
  '--weights <type>',
  'float16: half the size, each weight rounded to 11 bits; uint8: a quarter, not for model; by default float32, for web float16',
).choices(['float32', 'float16', 'uint8']);

/** The size of the images. */
export const SIZE = new Option(
  '--size <size>',
  'size of the images, such as 513 or 1025x2049, or any; by default that of the training crops, for web any',
).argParser((text: string) => (text === 'any' ? text : readSize(text)));

/** What image pooling averages over. */
export const POOLING = imagePoolingOption();

/** What a graph for other programs takes. */
export const GRAPH_OPTIONS: readonly Option[] = [
  SIZE,
  new Option('--batch-size <n>', 'images per call; 1 by default').argParser(wholeNumber),
  POOLING,
];

/** A number of bytes for people. */
export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Loads a network, writes it in a format for other programs, and says what was written. */
export async function writeGraph(
  folder: string,
  { size, batchSize = 1, checkpoint, imagePooling, out }: ExportFlags,
  signal: AbortSignal,
  write: (network: LoadedNetwork, options: ExportOptions) => Promise<ExportedModel>,
): Promise<string> {
  const network = await loadNetwork(folder, { checkpoint, imagePooling, signal });
  try {
    const options = { size: size ?? network.options.crop, batchSize, signal };
    const { bytes, inputShape } = await write(network, options);
    const shape = inputShape.map((length) => (length < 0 ? 'any' : length)).join(', ');
    return `${out}: ${mebibytes(bytes)}; image float32 [${shape}], RGB from -1 to 1`;
  } finally {
    network.dispose();
  }
}
