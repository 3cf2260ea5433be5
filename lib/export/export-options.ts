/** What every format for other programs takes, and what it says of the network. */
import { ConfigError } from '../errors.js';
import type { TrainedNetwork } from '../inference/trained-network.js';
import { libraryVersion } from '../run/version.js';
import type { Size } from '../size.js';

/**
 * Size of the images: height and width, one number for a square, or *any*. The graph pads images with zeros on
 * the right and below to the next 32·k + 1 pixels and crops what it gives, as `predict` does.
 */
export type ExportSize = number | Size | 'any';

/** What an exported network takes. */
export interface ExportOptions {
  /** In pixels. */
  readonly size: ExportSize;
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
  readonly options: Pick<TrainedNetwork['options'], 'resolution' | 'imagePooling'>;
}

/** What the writer of a format for other programs gives back. */
export interface ExportedModel {
  readonly folder: string;
  /** `[batch, height, width, 3]`, in ONNX `[batch, 3, height, width]`; −1 is any size. */
  readonly inputShape: readonly number[];
  /** Size of the graph with all weights, in bytes. */
  readonly bytes: number;
}

/**
 * The number of images per call.
 *
 * @throws {@link ConfigError} if it is not a whole number ≥ 1
 */
export function checkBatchSize(batchSize: number): number {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigError(`export batchSize: expected a whole number ≥ 1, got ${batchSize}`);
  }
  return batchSize;
}

/** What a document says of a shape. */
type Shape = readonly (number | null)[];

/**
 * What an exported network says of itself, besides its graph.
 *
 * @param input - shape of the images; −1 is any size
 * @param layout - from `[batch, height, width, channels]` to the shape in the format
 */
export function describeExport(
  source: ExportSource,
  [batch, height, width]: readonly number[],
  batchNorms: number,
  layout: (shape: Shape) => Shape = (shape) => shape,
): Readonly<Record<string, unknown>> {
  const { classes, datasetName, options } = source;
  const size = [height, width].map((pixels) => (pixels < 0 ? null : pixels));
  return {
    library: libraryVersion(),
    input: {
      name: 'image',
      shape: layout([batch, ...size, 3]),
      type: 'float32',
      values: 'RGB from -1 to 1: pixel * 2 / 255 - 1, padding 0',
      resolution: options.resolution,
    },
    outputs: {
      logits: { shape: layout([batch, ...size, classes.length]), type: 'float32' },
      labels: { shape: [batch, ...size], type: 'int32', values: 'index of the class' },
    },
    batchNorms:
      batchNorms === 0
        ? 'folded into the convolutions'
        : `folded into the convolutions, but for ${batchNorms}`,
    dataset: datasetName,
    classes,
  };
}
