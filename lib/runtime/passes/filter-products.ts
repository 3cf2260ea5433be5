/** Computes gradients of filters as products of matrices. */
import type { ConvGradientAttributes } from '../../ops/conv-attributes.js';
import { sidePadding } from '../../ops/geometry.js';
import { SUM_OF_PRODUCTS } from '../kernels/products.js';
import type { TracedStep, TraceNode, TraceValue } from '../trace-graph.js';
import { draftLike, StepRewriter, type NodeDraft } from './rewrite.js';

/** Channels from which on a product for each tap of a filter is worth the copies of pixels. */
const WIDE = 64;

const attributesOf = ({ attributes }: TraceNode) => attributes as unknown as ConvGradientAttributes;

/** Whether a node is the gradient of a filter that sees all channels, and gains by being a product. */
function becomesProduct(node: TraceNode): boolean {
  if (node.kernel !== 'AdlConv2DFilterGradient') {
    return false;
  }
  const { stride, shape } = attributesOf(node);
  const [height, width, channels] = shape;
  const copiesNothing = height === 1 && width === 1 && stride === 1;
  return channels === node.inputs.x.shape[3] && (copiesNothing || channels >= WIDE);
}

/** The gradient of one filter, under construction. */
class FilterProduct {
  /** The product that was written last: pixels are copied for one after the other. */
  private last: TraceNode | undefined;

  constructor(
    private readonly rewriter: StepRewriter,
    private readonly node: TraceNode,
  ) {}

  private add(
    call: Pick<NodeDraft, 'kernel' | 'inputs' | 'attributes'>,
    shape: readonly number[],
    after?: TraceNode,
  ): TraceNode {
    const draft = draftLike(this.node, { ...call, outputs: [{ shape, dtype: 'float32' }] });
    return this.rewriter.add({ ...draft, ...(after && { after: [after] }) });
  }

  /** Σ over pixels of a[i] b[j], `[i, j]`; computed so that rows are the longer side. */
  private product(a: TraceValue, b: TraceValue): TraceValue {
    const [m, n] = [a.shape[3], b.shape[3]];
    const isTurned = m > n;
    const inputs = isTurned ? { a: b, b: a } : { a, b };
    const call = { kernel: SUM_OF_PRODUCTS, inputs, attributes: {} };
    this.last = this.add(call, isTurned ? [n, m] : [m, n]);
    const [sum] = this.last.outputs;
    const turn = { kernel: 'Transpose', inputs: { x: sum }, attributes: { perm: [1, 0] } };
    return isTurned ? this.add(turn, [m, n]).outputs[0] : sum;
  }

  private slice(x: TraceValue, begin: number[], size: number[]): TraceValue {
    const call = { kernel: 'Slice', inputs: { x }, attributes: { begin, size } };
    const isAll = String(size) === String(x.shape);
    return isAll ? x : this.add(call, size, this.last).outputs[0];
  }

  private concat(values: readonly TraceValue[], axis: number): TraceValue {
    const inputs = Object.fromEntries(Object.entries(values));
    const sum = values.reduce((all, { shape }) => all + shape[axis], 0);
    const shape = values[0].shape.map((size, i) => (i === axis ? sum : size));
    const call = { kernel: 'Concat', inputs, attributes: { axis } };
    return values.length === 1 ? values[0] : this.add(call, shape).outputs[0];
  }

  /**
   * The image with its margin; with a stride s of more than 1, its s × s parts of each s-th pixel, one behind the
   * other in the batch.
   */
  private withMargin(x: TraceValue): TraceValue {
    const { stride, rate, padding, shape } = attributesOf(this.node);
    const side = (taps: number) => (padding === 'same' ? sidePadding(taps, rate) : 0);
    const sides = [side(shape[0]), side(shape[1])];
    if (stride === 1) {
      const paddings = [0, ...sides, 0].map((pad) => [pad, pad]);
      const attributes = { paddings, constantValue: 0 };
      const padded = x.shape.map((size, i) => size + 2 * paddings[i][0]);
      const call = { kernel: 'PadV2', inputs: { x }, attributes };
      return String(padded) === String(x.shape) ? x : this.add(call, padded).outputs[0];
    }
    const [batch, height, width, channels] = x.shape;
    const parts = [height, width].map((size, i) => Math.ceil((size + 2 * sides[i]) / stride));
    const paddings = [height, width].map((size, i) => [
      sides[i],
      parts[i] * stride - size - sides[i],
    ]);
    const attributes = { blockShape: [stride, stride], paddings };
    const call = { kernel: 'SpaceToBatchND', inputs: { x }, attributes };
    return this.add(call, [stride * stride * batch, ...parts, channels]).outputs[0];
  }

  /** The filter's gradient, from the image and the gradient of the output. */
  write(x: TraceValue, dy: TraceValue): TraceValue {
    const { stride, rate, shape } = attributesOf(this.node);
    const [rows, columns, channels] = shape;
    const [batch, height, width] = dy.shape;
    const image = this.withMargin(x);
    const products = Array.from({ length: rows * columns }, (_, tap) => {
      const [top, left] = [Math.floor(tap / columns) * rate, (tap % columns) * rate];
      const part = (top % stride) * stride + (left % stride);
      const begin = [part * batch, Math.floor(top / stride), Math.floor(left / stride), 0];
      return this.product(this.slice(image, begin, [batch, height, width, channels]), dy);
    });
    const inputs = { x: this.concat(products, 0) };
    const attributes = { shape: [...shape] };
    return this.add({ kernel: 'Reshape', inputs, attributes }, shape).outputs[0];
  }
}

/**
 * A step whose gradients of filters are products of matrices:
 *
 *     dw[a, b, c, o] = Σ_{n, i, j} x[n, s·i + r·a − p, s·j + r·b − p, c] · dy[n, i, j, o]
 *
 * is, for each tap a, b of the filter, the product of what the tap sees of the image and dy. oneDNN computes it so
 * at up to twice the rate of its gradient, and in bfloat16, where the latter ends processes. Filters of groups
 * of channels stay as they are, as do those of several taps over few channels.
 */
export function filterProducts(step: TracedStep): TracedStep {
  const rewriter = new StepRewriter();
  for (const node of step.nodes) {
    if (becomesProduct(node)) {
      const { x, dy } = node.inputs;
      const product = new FilterProduct(rewriter, node);
      rewriter.replace(node, [product.write(rewriter.valueOf(x), rewriter.valueOf(dy))]);
    } else {
      rewriter.copy(node);
    }
  }
  return rewriter.finish(step);
}
