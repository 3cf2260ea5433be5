/** Computes in the graph what a step knew from the size of its image. */
import { LARGEST_STRIDE } from '../../size.js';
import {
  CROP_TO_IMAGE,
  PAD_TO_GRID,
  RESIZE_TO_STRIDE,
  ZEROS_AT_STRIDE,
} from '../kernels/any-size.js';
import {
  inputsOf,
  type NamedValue,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../trace-graph.js';
import { StepRewriter, type NodeDraft } from './rewrite.js';

/** A size in a shape or in a placeholder that differs from call to call. */
const ANY = -1;

/** The stride at which a map of an image has a size; undefined if there is none. */
function strideOf(image: TraceValue, [height, width]: readonly number[]): number | undefined {
  const [, rows, columns] = image.shape;
  const stride = (rows - 1) / (height - 1);
  const isStride = Number.isInteger(stride) && LARGEST_STRIDE % stride === 0;
  return isStride && (columns - 1) / (width - 1) === stride ? stride : undefined;
}

/** A node without the size of the image; undefined if it does not have it. */
function sizeless(
  { kernel, attributes }: TraceNode,
  image: TraceValue,
): Pick<NodeDraft, 'kernel' | 'attributes'> | undefined {
  if (kernel === 'ResizeBilinear' && attributes.alignCorners === true) {
    const stride = strideOf(image, attributes.size as number[]);
    return stride === undefined ? undefined : { kernel: RESIZE_TO_STRIDE, attributes: { stride } };
  }
  if (kernel === 'Fill' && attributes.value === 0) {
    const [batch, height, width, channels] = attributes.shape as number[];
    const stride = strideOf(image, [height, width]);
    return stride === undefined
      ? undefined
      : { kernel: ZEROS_AT_STRIDE, attributes: { stride, batch, channels } };
  }
  return undefined;
}

/** A value whose height and width are not known. */
const ofAnySize = (value: TraceValue): TraceValue => ({
  ...value,
  shape: value.shape.map((length, dimension) =>
    dimension === 1 || dimension === 2 ? ANY : length,
  ),
});

/**
 * Makes a step of one size one of images of any size: the graph pads the image with zeros on the right and
 * below to 32·k + 1 pixels, computes from that the size of each map that it resizes to or fills, and crops
 * the results.
 *
 * Other nodes stay. Whether any of them still has the size that was traced tells the comparison of two
 * steps, traced at different sizes.
 *
 * @param step - with one input, `[batch, height, width, channels]` of 32·k + 1 pixels, and results
 *   `[batch, height, width, …]`
 */
export function anySize(step: TracedStep): TracedStep {
  const rewriter = new StepRewriter();
  const [traced] = inputsOf(step).values();
  const image = ofAnySize(traced);
  const padded = { kernel: PAD_TO_GRID, inputs: { image }, attributes: {}, outputs: [traced] };
  const [grid] = rewriter.add(padded).outputs;
  const valueOf = (value: TraceValue) =>
    value.source.kind === 'input' ? grid : rewriter.valueOf(value);
  for (const node of step.nodes) {
    const operands = Object.entries(node.inputs).map(([name, value]) => [name, valueOf(value)]);
    const inputs = Object.fromEntries(operands) as TraceNode['inputs'];
    const changed = sizeless(node, traced);
    const copy = rewriter.add(
      changed ? { ...node, ...changed, inputs: { ...inputs, grid } } : { ...node, inputs },
    );
    rewriter.replace(node, copy.outputs);
  }
  const outputs = step.outputs.map(([name, value]): NamedValue => {
    const inputs = { x: valueOf(value), image };
    const crop = { kernel: CROP_TO_IMAGE, inputs, attributes: {}, outputs: [value] };
    return [name, ofAnySize(rewriter.add(crop).outputs[0])];
  });
  return { ...rewriter.finish(step), outputs };
}
