/** Batch norms with given statistics become part of the convolutions before them, whatever the weights. */
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { countReads, draftLike, StepRewriter } from './rewrite.js';

/** Dense filters hold the output channel last; depthwise ones, of multiplier 1, before the last. */
const DEPTHWISE = 'AdlDepthwiseConv2D';
const CONVOLUTIONS: ReadonlySet<string> = new Set(['AdlConv2D', DEPTHWISE]);

/** The convolutions that only a batch norm with given statistics reads, by that. */
function findConvolutions(step: TracedStep): ReadonlyMap<TraceNode, TraceNode> {
  const reads = countReads(step);
  const found = new Map<TraceNode, TraceNode>();
  for (const norm of step.nodes) {
    const convolution = norm.kernel === 'FusedBatchNorm' ? producerOf(norm.inputs.x) : undefined;
    if (convolution && CONVOLUTIONS.has(convolution.kernel) && reads.get(convolution) === 1) {
      found.set(norm, convolution);
    }
  }
  return found;
}

/** One batch norm while it is absorbed. */
class Absorption {
  constructor(
    private readonly rewriter: StepRewriter,
    private readonly norm: TraceNode,
  ) {}

  /** An operand of the norm, in the new step. */
  private operand(name: string): TraceValue | undefined {
    const { inputs } = this.norm as { readonly inputs: Partial<TraceNode['inputs']> };
    return inputs[name] && this.rewriter.valueOf(inputs[name]);
  }

  private add(
    kernel: string,
    inputs: TraceNode['inputs'],
    shape: readonly number[],
    attributes: TraceNode['attributes'] = {},
  ): TraceValue {
    const outputs = [{ shape, dtype: 'float32' as const }];
    return this.rewriter.add(draftLike(this.norm, { kernel, inputs, attributes, outputs }))
      .outputs[0];
  }

  /** γ/√(σ² + ε) and β − μ · γ/√(σ² + ε), a number for each channel. */
  private affinity(): { readonly factor: TraceValue; readonly bias: TraceValue } {
    const { inputs, attributes } = this.norm;
    const { shape } = inputs.variance;
    const epsilon: TraceValue = {
      source: { kind: 'constant', data: Float32Array.of(attributes.varianceEpsilon as number) },
      shape: [],
      dtype: 'float32',
    };
    const spread = this.add('Add', { a: this.operand('variance')!, b: epsilon }, shape);
    const inverse = this.add('Rsqrt', { x: spread }, shape);
    const scale = this.operand('scale');
    const factor = scale ? this.add('Multiply', { a: inverse, b: scale }, shape) : inverse;
    const moved = this.add('Multiply', { a: this.operand('mean')!, b: factor }, shape);
    const offset = this.operand('offset');
    const bias = offset
      ? this.add('Sub', { a: offset, b: moved }, shape)
      : this.add('Neg', { x: moved }, shape);
    return { factor, bias };
  }

  /** Writes the convolution with the norm in its filter and a bias behind it. */
  write(convolution: TraceNode): TraceValue {
    const { rewriter } = this;
    const { factor, bias } = this.affinity();
    const filter = rewriter.valueOf(convolution.inputs.filter);
    const column = [...factor.shape, 1];
    const perChannel =
      convolution.kernel === DEPTHWISE
        ? this.add('Reshape', { x: factor }, column, { shape: column })
        : factor;
    const scaled = this.add('Multiply', { a: filter, b: perChannel }, filter.shape);
    const y = rewriter.add({
      ...convolution,
      inputs: { x: rewriter.valueOf(convolution.inputs.x), filter: scaled },
      ...rewriter.orderOf(convolution),
    });
    return this.add('BiasAdd', { a: y.outputs[0], b: bias }, this.norm.outputs[0].shape);
  }
}

/**
 * Lets convolutions do the work of the batch norms with given statistics that follow them.
 *
 *     γ · (w ∗ x − μ)/√(σ² + ε) + β = (w · γ/√(σ² + ε)) ∗ x + (β − μ · γ/√(σ² + ε))
 *
 * Convolutions that others read as well keep their norms. The factors are computed from the weights as they are
 * in a call: as many products as there are weights.
 */
export function absorbBatchNorms(step: TracedStep): TracedStep {
  const convolutions = findConvolutions(step);
  const absorbed = new Set(convolutions.values());
  const rewriter = new StepRewriter();
  for (const node of step.nodes) {
    const convolution = convolutions.get(node);
    if (convolution) {
      rewriter.replace(node, [new Absorption(rewriter, node).write(convolution)]);
    } else if (!absorbed.has(node)) {
      rewriter.copy(node);
    }
  }
  return rewriter.finish(step);
}
