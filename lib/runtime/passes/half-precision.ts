/** Computes the bulk of a step in bfloat16. */
import type { Precision } from '../precision.js';
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { halfFormOf, type HalfForm } from './half-forms.js';
import { draftLike, StepRewriter } from './rewrite.js';

/** Images have four dimensions; what has fewer is small, and stays float32, but for sums of products. */
const isImage = ({ shape }: Pick<TraceValue, 'shape'>) => shape.length === 4;

const isHalf = ({ dtype }: TraceValue) => dtype === 'bfloat16';

/** What is the same for all values that share a source. */
function originOf({ source }: TraceValue): unknown {
  switch (source.kind) {
    case 'node':
      return source.node.outputs[source.output];
    case 'constant':
      return source.data;
    default:
      return `${source.kind} ${source.name}`;
  }
}

/** Where a cast belongs. */
type CastPlace = Pick<TraceNode, 'region' | 'forward' | 'device'>;

/**
 * Where a value is cast: where it is read, so that what is computed again does not keep it; weights once for
 * the whole step.
 */
function placeOfCast({ source }: TraceValue, reader: TraceNode): CastPlace {
  return source.kind === 'state' ? { forward: true, device: reader.device } : reader;
}

/** Whether a node computes in bfloat16, given the values of the new step that it reads in it. */
function computesInHalf(
  { outputs }: TraceNode,
  { isGain = false }: HalfForm,
  values: readonly TraceValue[],
  isSoft: (value: TraceValue) => boolean,
): boolean {
  const areFloats = values.every(({ dtype }) => dtype === 'float32' || dtype === 'bfloat16');
  const follows = values.some((value) => isImage(value) && (isHalf(value) || isSoft(value)));
  return areFloats && (isGain || (outputs.some(isImage) && follows));
}

/** A step under conversion. */
class HalfPrecision {
  private readonly rewriter = new StepRewriter();
  private readonly casts = new Map<string, TraceValue>();
  private readonly numbers = new Map<unknown, number>();
  /** Values in float32 that come from images in bfloat16. */
  private readonly soft = new Set<unknown>();
  private readonly isSoft = (value: TraceValue) => this.soft.has(originOf(value));

  /** A value of the new step in a type; cast once for each part of the forward pass. */
  private as(value: TraceValue, dtype: Precision, reader: TraceNode): TraceValue {
    if (value.dtype === dtype) {
      return value;
    }
    if (value.source.kind === 'constant') {
      return { ...value, dtype }; // rounded when it is written
    }
    const place = placeOfCast(value, reader);
    const key = this.keyOf(value, dtype, place);
    const known = this.casts.get(key);
    if (known) {
      return known;
    }
    const [cast] = this.rewriter.add(
      draftLike(place, {
        kernel: 'Cast',
        inputs: { x: value },
        attributes: { dtype },
        outputs: [{ shape: value.shape, dtype }],
      }),
    ).outputs;
    this.casts.set(key, cast);
    return cast;
  }

  private keyOf(value: TraceValue, dtype: Precision, place: CastPlace): string {
    const origin = originOf(value);
    const number = this.numbers.get(origin) ?? this.numbers.size;
    this.numbers.set(origin, number);
    const { region, forward, device } = place;
    return [number, dtype, region, forward, device, value.shape].join();
  }

  private write(node: TraceNode): void {
    const form = halfFormOf(node);
    const takes = (name: string) => form?.operands?.includes(name) ?? true;
    const inputs = Object.entries(node.inputs).map(
      ([name, value]) => [name, this.rewriter.valueOf(value)] as const,
    );
    const taken = inputs.filter(([name]) => takes(name)).map(([, value]) => value);
    const inHalf = form !== undefined && computesInHalf(node, form, taken, this.isSoft);
    const cast = inputs.map(([name, value]) => {
      const wanted = inHalf && takes(name) ? 'bfloat16' : isHalf(value) ? 'float32' : undefined;
      return [name, wanted ? this.as(value, wanted, node) : value] as const;
    });
    const halves = inHalf ? (form.outputs ?? Infinity) : 0;
    const outputs = node.outputs.map(({ shape, dtype }, i) => ({
      shape,
      dtype: i < halves ? 'bfloat16' : dtype,
    }));
    const copy = this.rewriter.add({
      ...node,
      inputs: Object.fromEntries(cast),
      outputs,
      ...this.rewriter.orderOf(node),
    });
    if (form?.isSoft && inputs.some(([, value]) => isHalf(value) || this.isSoft(value))) {
      copy.outputs.forEach((value) => this.soft.add(originOf(value)));
    }
    const isOfWeights = inHalf && form.isOfWeights === true;
    const after = copy.outputs.map((value) =>
      isOfWeights ? this.as(value, 'float32', node) : value,
    );
    this.rewriter.replace(node, after);
  }

  run(step: TracedStep): TracedStep {
    for (const node of step.nodes) {
      this.write(node);
    }
    const { outputs, changes, momentum, ...rest } = this.rewriter.finish(step);
    const whole = (value: TraceValue) =>
      isHalf(value) ? this.as(value, 'float32', producerOf(value)!) : value;
    return {
      ...rest,
      outputs: outputs.map(([name, value]) => [name, whole(value)]),
      changes: changes.map(([name, value]) => [name, whole(value)]),
      momentum: momentum.map(({ gradient, rate, ...update }) => ({
        ...update,
        gradient: whole(gradient),
        rate: whole(rate),
      })),
    };
  }
}

/**
 * A step whose convolutions, and what lies between them, compute in bfloat16.
 *
 * Weights are rounded where a convolution reads them and stay float32 in the state, as do the optimizer's
 * state, the statistics of norms, losses and whatever has no form in bfloat16. Products are summed in float32
 * (oneDNN); each result is rounded to 8 bits, to nearest, to even where two are.
 *
 * Source: Micikevicius et al., "Mixed precision training", 2018; Kalamkar et al., "A study of bfloat16 for
 * deep learning training", 2019. Deviation: no scaling of the loss, whose gradients bfloat16 has the range for.
 */
export function halfPrecision(step: TracedStep): TracedStep {
  return new HalfPrecision().run(step);
}
