/** A trained network as the step that all formats for other programs write. */
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { applyNetwork } from '../nn/apply.js';
import type { Network } from '../nn/scope.js';
import { exportStep } from '../runtime/graph/export-step.js';
import { anySize } from '../runtime/passes/any-size.js';
import { dropReshapes } from '../runtime/passes/drop-reshapes.js';
import { foldBatchNorms } from '../runtime/passes/fold-batch-norms.js';
import type { Step } from '../runtime/program.js';
import type { TracedStep } from '../runtime/trace-graph.js';
import { traceStep } from '../runtime/trace-step.js';
import { levelStride } from '../search-space/trellis.js';
import { checkImageSize } from '../segmentation/image-size.js';
import { LARGEST_STRIDE, paddedSize, toSize, type Size } from '../size.js';
import type { NamedTensors } from '../tensors.js';
import { imageSpec } from '../training/batch-spec.js';
import { checkBatchSize, type ExportOptions, type ExportSource } from './export-options.js';

/** A protocol-buffer message ends below 2 GiB; this much is left for all but the weights. */
const LARGEST_MESSAGE = 2 ** 31 - 1;
const ROOM_FOR_NODES = 2 ** 26;

/** Two sizes that have nothing in common; a graph that is the same for both has no size in it. */
const SIZES: readonly [Size, Size] = [
  { height: 61 * LARGEST_STRIDE + 1, width: 67 * LARGEST_STRIDE + 1 },
  { height: 73 * LARGEST_STRIDE + 1, width: 71 * LARGEST_STRIDE + 1 },
];

/** The level of stride 32, to whose grid images are padded. */
const DEEPEST_LEVEL = Math.log2(LARGEST_STRIDE / levelStride(0));

/**
 * Checks that the weights fit into one graph.
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

/** An image with zeros on the right and below. */
function paddedTo(image: tf.Tensor4D, { height, width }: Size): tf.Tensor4D {
  const [, rows, columns] = image.shape;
  return rows === height && columns === width
    ? image
    : tf.pad4d(image, [
        [0, 0],
        [0, height - rows],
        [0, width - columns],
        [0, 0],
      ]);
}

/** The part of a map that an image without its padding has. */
function croppedTo(map: tf.Tensor4D, { height, width }: Size): tf.Tensor4D {
  const [batch, rows, columns, channels] = map.shape;
  return rows === height && columns === width
    ? map
    : tf.slice4d(map, [0, 0, 0, 0], [batch, height, width, channels]);
}

/** From `image` to `logits` and `labels`, the weights as constants; it pads and crops as `predict` does. */
function labelsAndScores(network: Network, variables: NamedTensors, size: Size): Step {
  return (_, { image }) => {
    const padded = paddedTo(image as tf.Tensor4D, paddedSize(size));
    const logits = croppedTo(applyNetwork(network, variables, padded).output, size);
    return { outputs: { logits, labels: tf.argMax(logits, 3) } };
  };
}

/** Refuses grouped convolutions, which TensorFlow.js and TFLite do not have. */
function checkGroups({ nodes }: TracedStep): void {
  for (const { kernel, inputs } of nodes) {
    const { x, filter } = inputs;
    if (kernel === 'AdlConv2D' && filter.shape[2] !== x.shape[3]) {
      throw new ConfigError(
        `export: expected convolutions over all channels, got one over ${filter.shape[2]} of ` +
          `${x.shape[3]}; TensorFlow.js and TFLite have no grouped convolution, so express the ` +
          'operation without it',
      );
    }
  }
}

/** The step for images of one size, its batch norms folded. */
function tracedAt({ predictor }: ExportSource, size: Size, batch: number): TracedStep {
  const { network, variables } = predictor;
  const step = labelsAndScores(network, variables, size);
  const inputs = { image: imageSpec(batch, size) };
  const folded = foldBatchNorms(dropReshapes(traceStep({ step, inputs }, {})));
  checkGroups(folded);
  return folded;
}

/** The step for images of any size. */
function tracedAtAny(source: ExportSource, batch: number): TracedStep {
  const advice = "export it for one size, or with { imagePooling: 'image' }";
  if (source.options.imagePooling === 'crop') {
    throw new ConfigError(
      'export size any: expected an image pooling over the whole map, got one over windows of the training ' +
        `crop, whose number depends on the size; ${advice}`,
    );
  }
  const [step, other] = SIZES.map((size) => anySize(tracedAt(source, size, batch)));
  if (Buffer.compare(exportStep(step), exportStep(other)) !== 0) {
    throw new ConfigError(
      'export size any: expected a network whose graph is the same for all sizes, got one that depends on ' +
        `the size of the image; ${advice}`,
    );
  }
  return step;
}

/**
 * The step from `image` to `logits` and `labels`, with constant weights and its batch norms folded.
 *
 * @throws {@link ConfigError} if the weights exceed 2 GiB, a convolution is grouped, the batch size is
 *   not a whole number ≥ 1, or any size is asked of a network that depends on it
 * @throws {@link ShapeError} if the size is not one of whole pixels
 */
export function tracedNetwork(
  source: ExportSource,
  { size, batchSize = 1 }: Pick<ExportOptions, 'size' | 'batchSize'>,
): TracedStep {
  const batch = checkBatchSize(batchSize);
  checkExportSize(source.predictor.variables);
  if (size === 'any') {
    return tracedAtAny(source, batch);
  }
  const image = toSize(size);
  checkImageSize([DEEPEST_LEVEL], image);
  return tracedAt(source, image, batch);
}
