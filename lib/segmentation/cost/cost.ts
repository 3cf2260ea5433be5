/** Parameters and multiply-adds of a derived network, from shapes alone. */
import { ConfigError } from '../../errors.js';
import { countParameters, declareNetwork, type Declaration } from '../../nn/declare.js';
import type { VariableSpec } from '../../nn/scope.js';
import { bytesOfAll } from '../../runtime/step-work.js';
import { convolutionsOf, multiplyAddsOf } from './convolution-work.js';
import { buildSegmentation, outputStride, type Section } from '../network.js';
import { checkImageSize } from '../image-size.js';
import { resolveSegmentationOptions, type SegmentationSize } from '../options.js';
import { countAsPaper, type PaperCount } from './paper-count.js';

/** A network and the size of one image. */
export interface NetworkCostOptions extends SegmentationSize {
  /** Height of the image, in pixels. */
  readonly height: number;
  /** Width of the image, in pixels. */
  readonly width: number;
  /**
   * What {@link NetworkCost.multiplyAdds} counts.
   *
   * *plain* (default) - convolutions only, dense, depthwise and pointwise: outputs · taps · input
   * channels. *paper* - as the paper's Table 2, some 4 % more; see {@link countAsPaper}.
   */
  readonly counting?: 'plain' | 'paper';
}

/** One convolution with the batch norm or bias behind it. */
export interface LayerCost {
  /** Name of its weights, such as `cell0/block1/left/pointwise2` or `aspp/atrous1/weights`. */
  readonly name: string;
  /** The section of the network that it belongs to. */
  readonly section: string;
  /** Height and width of the filters, in taps. */
  readonly kernel: number;
  /** Step between outputs, in pixels. */
  readonly stride: number;
  /** Atrous rate; 1 for an ordinary convolution. */
  readonly rate: number;
  /** Size of the result: height and width in pixels, channels. */
  readonly output: readonly [height: number, width: number, channels: number];
  /**
   * Trained numbers, scale and offset of the batch norm and the bias included; 0 where the weights
   * were counted with an earlier layer.
   */
  readonly parameters: number;
  /** Plain count. */
  readonly multiplyAdds: number;
}

/** One section of the network: the stem, a cell, the ASPP, the DeepLab decoder. */
export interface SectionCost extends Section {
  /** Size of the result: height and width in pixels, channels. */
  readonly output: readonly [height: number, width: number, channels: number];
  /** Trained numbers. */
  readonly parameters: number;
  /** Plain count. */
  readonly multiplyAdds: number;
}

/** What a network costs for one image. */
export interface NetworkCost {
  /** Trained numbers; moving statistics are not counted. */
  readonly parameters: number;
  /**
   * Bytes of all values that one forward pass computes, in float32: what training keeps for the backward pass,
   * per image, where nothing is computed again. Inference frees most of them on the way.
   */
  readonly memory: number;
  /** Multiply-adds of one forward pass, counted as asked for. */
  readonly multiplyAdds: number;
  /** Multiply-adds by the paper's own way of counting, always. */
  readonly paperMultiplyAdds: number;
  /** The terms that {@link NetworkCost.paperMultiplyAdds} sums. */
  readonly paperCount: PaperCount;
  /**
   * Stem, cells, ASPP, DeepLab decoder, as far as something reads them; their parameters and plain
   * counts sum to the network's.
   */
  readonly sections: readonly SectionCost[];
  /** Every convolution; parameters and plain counts sum to the network's. */
  readonly layers: readonly LayerCost[];
}

/**
 * Trained numbers by the convolution that they belong to: a norm or bias follows the weights before
 * it in its section, or goes to the first of them.
 */
function parametersByWeights(
  variables: readonly VariableSpec[],
  isFilter: (name: string) => boolean,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const section of new Set(variables.map((spec) => spec.section))) {
    const own = variables.filter((spec) => spec.section === section);
    let weights = own.find(({ name }) => isFilter(name))?.name;
    for (const spec of own) {
      weights = isFilter(spec.name) ? spec.name : weights;
      if (weights !== undefined) {
        counts.set(weights, (counts.get(weights) ?? 0) + countParameters([spec]));
      }
    }
  }
  return counts;
}

/** The convolutions of a network with the parameters of each; shared weights count once. */
function layersOf({ graph, variables }: Declaration): LayerCost[] {
  const works = convolutionsOf(graph);
  const filters = new Set(works.map(({ weights }) => weights));
  const parameters = parametersByWeights(variables, (name) => filters.has(name));
  const sectionOf = new Map(variables.map(({ name, section }) => [name, section]));
  return works.map((work) => {
    const { weights: name, kernel, stride, rate, outputShape } = work;
    const counted = parameters.get(name) ?? 0;
    parameters.delete(name);
    return {
      name,
      section: sectionOf.get(name) ?? '',
      kernel,
      stride,
      rate,
      output: [outputShape[1], outputShape[2], outputShape[3]] as const,
      parameters: counted,
      multiplyAdds: multiplyAddsOf(work),
    };
  });
}

/**
 * Counts parameters and multiply-adds of a derived network for one image, layer by layer.
 *
 * What nothing reads, such as a cell's input without a branch, is neither built nor counted; weights
 * that are used twice are counted once as parameters and twice in multiply-adds.
 *
 * The network runs on shapes alone: no backend and no weights are needed, and it takes milliseconds.
 *
 * Source: Auto-DeepLab Table 2. For the published architecture with 19 classes at 1025 × 2049 and
 * F = 20, 32, 48 the parameters are the paper's 10.15, 21.62 and 44.42 M to the last digit printed.
 *
 * @throws {@link ConfigError} if an option is out of its range
 * @throws {@link ShapeError} if the image has no pixels
 *
 * @example
 * const { parameters, multiplyAdds } = networkCost({
 *   architecture: publishedArchitecture,
 *   filterMultiplier: 20,
 *   classes: 19,
 *   height: 1025,
 *   width: 2049,
 * }); // 10147427, 320450382392
 */
export function networkCost({
  height,
  width,
  counting = 'plain',
  ...size
}: NetworkCostOptions): NetworkCost {
  if (!['plain', 'paper'].includes(counting)) {
    throw new ConfigError(`counting: expected 'plain' or 'paper', got '${String(counting)}'`);
  }
  const options = resolveSegmentationOptions(size);
  const { path } = options.architecture;
  checkImageSize(path, { height, width });
  const outputs: { readonly section: Section; readonly output: LayerCost['output'] }[] = [];
  const network = buildSegmentation(options, (section, { shape }) => {
    outputs.push({ section, output: [shape[1], shape[2], shape[3]] });
  });
  const declared = declareNetwork(network, [1, height, width, 3]);
  const { graph, variables } = declared;
  const layers = layersOf(declared);
  const sections = outputs.map(({ section: { name, stride }, output }) => ({
    name,
    stride,
    output,
    parameters: countParameters(variables.filter(({ section }) => section === name)),
    multiplyAdds: sumOfMultiplyAdds(layers.filter(({ section }) => section === name)),
  }));
  const paperCount = countAsPaper(graph, outputStride(path));
  const paperMultiplyAdds = Object.values<number>({ ...paperCount }).reduce((a, b) => a + b);
  return {
    parameters: countParameters(variables),
    memory: bytesOfAll(graph),
    multiplyAdds: counting === 'paper' ? paperMultiplyAdds : sumOfMultiplyAdds(layers),
    paperMultiplyAdds,
    paperCount,
    sections,
    layers,
  };
}

function sumOfMultiplyAdds(layers: readonly LayerCost[]): number {
  return layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
}
