/** Computes the bulk of a step in bfloat16. */
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { StepRewriter } from './rewrite.js';

/** What a kernel takes and gives in bfloat16. */
interface HalfForm {
  /** True for kernels that gain by it; the others follow if an operand is bfloat16 already. */
  readonly isGain?: boolean;
  /** Operands; all of them if absent. */
  readonly operands?: readonly string[];
  /** How many of the first outputs; all of them if absent. */
  readonly outputs?: number;
}

const GAIN: HalfForm = { isGain: true };
const FOLLOW: HalfForm = {};

/** The kernels that have a form in bfloat16. */
const HALF_FORMS: Readonly<Record<string, HalfForm | undefined>> = {
  AdlConv2D: GAIN,
  AdlConv2DInputGradient: GAIN,
  AdlConv2DFilterGradient: GAIN,
  AdlDepthwiseConv2D: GAIN,
  AdlDepthwiseConv2DInputGradient: GAIN,
  AdlRelu: FOLLOW,
  AdlReluGradient: FOLLOW,
  AdlMaxPool: FOLLOW,
  AdlMaxPoolGradient: FOLLOW,
  AdlAvgPool: FOLLOW,
  AdlAvgPoolGradient: FOLLOW,
  Add: FOLLOW,
  AddN: FOLLOW,
  Concat: FOLLOW,
  SplitV: FOLLOW,
  Slice: FOLLOW,
  Reshape: FOLLOW,
  FusedBatchNorm: { operands: ['x'] },
};

/** Images have four dimensions; what has fewer is small, and stays float32. */
const isImage = ({ shape }: TraceValue) => shape.length === 4;

class HalfPrecision {
  private readonly rewriter = new StepRewriter();
  private readonly casts = new Map<string, TraceValue>();
  private readonly numbers = new Map<unknown, number>();

  /** A value of the new step in a type; cast once for each part of the forward pass. */
  private as(value: TraceValue, dtype: 'float32' | 'bfloat16', reader: TraceNode): TraceValue {
    if (value.dtype === dtype) {
      return value;
    }
    const { source } = value;
    const origin = source.kind === 'node' ? source.node.outputs[source.output] : this.originOf(value);
    if (!this.numbers.has(origin)) {
      this.numbers.set(origin, this.numbers.size);
    }
    const key = [this.numbers.get(origin), dtype, reader.region, reader.forward, reader.device, value.shape].join();
    const known = this.casts.get(key);
    if (known) {
      return known;
    }
    const { region, forward, device } = reader;
    const cast = this.rewriter.add({
      kernel: 'Cast',
      inputs: { x: value },
      attributes: { dtype },
      outputs: [{ shape: value.shape, dtype }],
      region,
      forward,
      device,
    } as never).outputs[0];
    this.casts.set(key, cast);
    return cast;
  }

  private originOf({ source }: TraceValue): unknown {
    return source.kind === 'state' || source.kind === 'input' ? `${source.kind} ${source.name}` : source.kind === 'constant' ? source.data : undefined;
  }

  private write(node: TraceNode): void {
    const form = HALF_FORMS[node.kernel];
    const inputs = Object.entries(node.inputs).map(([name, value]) => [name, this.rewriter.valueOf(value)] as const);
    const takes = (name: string) => form?.operands?.includes(name) ?? true;
    const halves = inputs.filter(([name]) => takes(name)).map(([, value]) => value);
    const floats = halves.every(({ dtype }) => dtype === 'float32' || dtype === 'bfloat16');
    const isHalf = form !== undefined && floats && node.outputs.some(isImage) && (form.isGain === true || halves.some((value) => value.dtype === 'bfloat16' && isImage(value)));
    const cast = inputs.map(([name, value]) => {
      const dtype = isHalf && takes(name) ? 'bfloat16' : value.dtype === 'bfloat16' ? 'float32' : undefined;
      return [name, dtype ? this.as(value, dtype, node) : value] as const;
    });
    const outputs = node.outputs.map(({ shape, dtype }, i) => ({ shape, dtype: isHalf && i < (form.outputs ?? Infinity) ? 'bfloat16' as const : dtype }));
    const copy = this.rewriter.add({ ...node, inputs: Object.fromEntries(cast), outputs, ...this.rewriter.orderOf(node) });
    this.rewriter.replace(node, copy.outputs);
  }

  run(step: TracedStep): TracedStep {
    step.nodes.forEach((node) => {
      this.write(node);
    });
    const finished = this.rewriter.finish(step);
    const float = (value: TraceValue) => value.dtype === 'bfloat16' ? this.as(value, 'float32', producerOf(value)!) : value;
    return {
      ...finished,
      outputs: finished.outputs.map(([name, value]) => [name, float(value)]),
      changes: finished.changes.map(([name, value]) => [name, float(value)]),
      momentum: finished.momentum.map((update) => ({ ...update, gradient: float(update.gradient), rate: float(update.rate) })),
    };
  }
}

/**
 * A step whose convolutions, and what lies between them, compute in bfloat16.
 */
export function halfPrecision(step: TracedStep): TracedStep {
  return new HalfPrecision().run(step);
}
