/** Computes gradients of filters as products of matrices. */
import type { ConvGradientAttributes } from '../../ops/conv-attributes.js';
import { sidePadding } from '../../ops/geometry.js';
import { tracedKernels } from '../kernels/kernels.js';
import { MARGIN, SUM_OF_PRODUCTS } from '../kernels/products.js';
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { draftLike, StepRewriter } from './rewrite.js';

/** Channels from which on a product for each tap of a filter is worth the copies of pixels. */
const WIDE = 64;

const attributesOf = ({ attributes }: TraceNode) => attributes as unknown as ConvGradientAttributes;

/** Whether a gradient is one product, of image and dy as they are: that of a pointwise filter. */
function copiesNothing(node: TraceNode): boolean {
  const { stride, shape } = attributesOf(node);
  return shape[0] === 1 && shape[1] === 1 && stride === 1;
}

/** Whether a node is the gradient of a filter that sees all channels, and gains by being a product. */
function becomesProduct(node: TraceNode): boolean {
  if (node.kernel !== 'AdlConv2DFilterGradient') {
    return false;
  }
  const [, , channels] = attributesOf(node).shape;
  return channels === node.inputs.x.shape[3] && (copiesNothing(node) || channels >= WIDE);
}

/** The gradient of one filter, under construction. */
class FilterProduct {
  /**
   * What the next copies of pixels wait for: for dy, so that they are not made in the forward pass, then for the
   * product before, so that there is one at a time.
   */
  private last: TraceNode | undefined;

  /**
   * @param x - the image, in the new step
   * @param dy - the gradient of the output, in the new step
   */
  constructor(
    private readonly rewriter: StepRewriter,
    private readonly node: TraceNode,
    private readonly x: TraceValue,
    private readonly dy: TraceValue,
  ) {
    this.last = producerOf(dy);
  }

  /** Adds a kernel, whose own rule says what it gives. */
  private add(
    kernel: string,
    inputs: TraceNode['inputs'],
    attributes: TraceNode['attributes'],
    after?: TraceNode,
  ): TraceNode {
    const outputs = tracedKernels.get(kernel)!.shape(inputs, attributes);
    const draft = draftLike(this.node, { kernel, inputs, attributes, outputs });
    return this.rewriter.add({ ...draft, ...(after && { after: [after] }) });
  }

  /** Σ over pixels of a[i] b[j], `[i, j]`; computed so that the product is at least as wide as high. */
  private product(a: TraceValue, b: TraceValue): TraceValue {
    const isTurned = a.shape[3] > b.shape[3];
    this.last = this.add(SUM_OF_PRODUCTS, isTurned ? { a: b, b: a } : { a, b }, {});
    const [x] = this.last.outputs;
    return isTurned ? this.add('Transpose', { x }, { perm: [1, 0] }).outputs[0] : x;
  }

  private slice(x: TraceValue, begin: number[], size: number[]): TraceValue {
    const isAll = String(size) === String(x.shape);
    return isAll ? x : this.add('Slice', { x }, { begin, size }, this.last).outputs[0];
  }

  /** What the taps see: the image with its margin, taken apart by the stride. */
  private withMargin(): TraceValue {
    const { stride, rate, padding, shape } = attributesOf(this.node);
    const sides = [0, 1].map((i) => {
      const before = padding === 'same' ? sidePadding(shape[i], rate) : 0;
      const size = this.x.shape[1 + i] + 2 * before;
      return [before, before + Math.ceil(size / stride) * stride - size];
    });
    return this.add(MARGIN, { x: this.x }, { stride, sides }, this.last).outputs[0];
  }

  /** The product of what each tap sees and dy. */
  private *products(): Iterable<TraceValue> {
    const { stride, rate, shape } = attributesOf(this.node);
    const [rows, columns, channels] = shape;
    const [batch, height, width] = this.dy.shape;
    const image = copiesNothing(this.node) ? this.x : this.withMargin();
    for (let top = 0; top < rows * rate; top += rate) {
      for (let left = 0; left < columns * rate; left += rate) {
        const part = (top % stride) * stride + (left % stride);
        const begin = [part * batch, Math.floor(top / stride), Math.floor(left / stride), 0];
        yield this.product(this.slice(image, begin, [batch, height, width, channels]), this.dy);
      }
    }
  }

  /** The filter's gradient. */
  write(): TraceValue {
    const products = [...this.products()];
    const all = Object.fromEntries(Object.entries(products));
    const [x] = products.length === 1 ? products : this.add('Concat', all, { axis: 0 }).outputs;
    const shape = [...attributesOf(this.node).shape];
    return this.add('Reshape', { x }, { shape }).outputs[0];
  }
}

/**
 * A step whose gradients of filters are products of matrices:
 *
 *     dw[a, b, c, o] = Σ_{n, i, j} x[n, s·i + r·a − p, s·j + r·b − p, c] · dy[n, i, j, o]
 *
 * is, for each tap a, b of the filter, the product of what the tap sees of the image and dy. In bfloat16 oneDNN computes it so
 * about twice as fast as the gradient in float32; its gradient in bfloat16 now and then ends the process. Filters of
 * groups of channels stay as they are, as do those of less than 64 channels that are not pointwise with stride 1.
 */
export function filterProducts(step: TracedStep): TracedStep {
  const rewriter = new StepRewriter();
  for (const node of step.nodes) {
    if (becomesProduct(node)) {
      const [x, dy] = [node.inputs.x, node.inputs.dy].map((value) => rewriter.valueOf(value));
      rewriter.replace(node, [new FilterProduct(rewriter, node, x, dy).write()]);
    } else {
      rewriter.copy(node);
    }
  }
  return rewriter.finish(step);
}
