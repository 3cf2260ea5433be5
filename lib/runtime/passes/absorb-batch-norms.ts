/** Batch norms with given statistics become part of the convolutions before them, whatever the weights. */
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { countReads, StepRewriter } from './rewrite.js';

/** The channel that a filter's last dimensions make: of depthwise ones, whose multiplier is 1, the one before the last. */
const CONVOLUTIONS = new Set(['AdlConv2D', 'AdlDepthwiseConv2D']);

/** The batch norm behind each convolution that has no other reader. */
function findNorms(step: TracedStep): ReadonlyMap<TraceNode, TraceNode> {
  const reads = countReads(step);
  const found = new Map<TraceNode, TraceNode>();
  for (const norm of step.nodes) {
    const convolution = norm.kernel === 'FusedBatchNorm' ? producerOf(norm.inputs.x) : undefined;
    if (convolution && CONVOLUTIONS.has(convolution.kernel) && reads.get(convolution) === 1) {
      found.set(convolution, norm);
    }
  }
  return found;
}

/** Writes γ/√(σ² + ε) and β − μ · γ/√(σ² + ε) of a batch norm, and the convolution with both. */
class Absorption {
  constructor(
    private readonly rewriter: StepRewriter,
    private readonly norm: TraceNode,
  ) {}

  private add(kernel: string, inputs: Record<string, TraceValue>, shape: readonly number[]): TraceValue {
    const { region, forward, device } = this.norm;
    const outputs = [{ shape, dtype: 'float32' as const }];
    return this.rewriter.add({ kernel, inputs, attributes: {}, outputs, region, forward: forward!, device } as never)
      .outputs[0];
  }

  write(convolution: TraceNode): TraceValue {
    const { rewriter, norm } = this;
    const value = (name: string): TraceValue | undefined =>
      norm.inputs[name] && rewriter.valueOf(norm.inputs[name]);
    const { shape } = norm.inputs.variance;
    const epsilon: TraceValue = {
      source: { kind: 'constant', data: Float32Array.of(norm.attributes.varianceEpsilon as number) },
      shape: [],
      dtype: 'float32',
    };
    const shifted = this.add('Add', { a: value('variance')!, b: epsilon }, shape);
    const inverse = this.add('Rsqrt', { x: shifted }, shape);
    const scale = value('scale');
    const factor = scale ? this.add('Multiply', { a: inverse, b: scale }, shape) : inverse;
    const product = this.add('Multiply', { a: value('mean')!, b: factor }, shape);
    const offset = value('offset');
    const bias = offset
      ? this.add('Sub', { a: offset, b: product }, shape)
      : this.add('Neg', { x: product }, shape);
    const filter = rewriter.valueOf(convolution.inputs.filter);
    const isDepthwise = convolution.kernel === 'AdlDepthwiseConv2D';
    const perChannel = isDepthwise ? [...shape, 1] : shape;
    const column = isDepthwise ? this.add('Reshape', { x: factor }, perChannel) : factor;
    const scaled = this.add('Multiply', { a: filter, b: column }, filter.shape);
    const y = rewriter.add({
      ...convolution,
      inputs: { x: rewriter.valueOf(convolution.inputs.x), filter: scaled },
      ...rewriter.orderOf(convolution),
    });
    return this.add('Add', { a: y.outputs[0], b: bias }, norm.outputs[0].shape);
  }
}

/**
 * Lets convolutions do the work of the batch norms with given statistics that follow them.
 *
 *     γ · (w ∗ x − μ)/√(σ² + ε) + β = (w · γ/√(σ² + ε)) ∗ x + (β − μ · γ/√(σ² + ε))
 *
 * The factors are computed in each call, from the weights as they are then; that is as many products as there
 * are weights.
 */
export function absorbBatchNorms(step: TracedStep): TracedStep {
  const norms = findNorms(step);
  const absorbed = new Map(Array.from(norms, ([convolution, norm]) => [norm, convolution]));
  const rewriter = new StepRewriter();
  for (const node of step.nodes) {
    const convolution = absorbed.get(node);
    if (convolution) {
      rewriter.replace(node, [new Absorption(rewriter, node).write(convolution)]);
    } else if (!norms.has(node)) {
      rewriter.copy(node);
    }
  }
  return rewriter.finish(step);
}
