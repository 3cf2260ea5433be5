/** Values that go to another device as one message. */
import { elementsOf } from '../../tensors.js';
import type { TraceNode, TraceValue } from '../trace-graph.js';
import type { StepRewriter } from './rewrite.js';

/** Where the nodes of a message run, and whether they are part of the forward pass. */
export type Place = Pick<TraceNode, 'device' | 'forward'>;

const float32 = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as const;

/** The value in another shape. */
function reshaped(
  rewriter: StepRewriter,
  x: TraceValue,
  shape: readonly number[],
  place: Place,
): TraceValue {
  const attributes = { shape: [...shape] };
  const outputs = [float32(shape)];
  return rewriter.add({ kernel: 'Reshape', inputs: { x }, attributes, outputs, ...place })
    .outputs[0];
}

/** The numbers of float32 values one after the other, as one vector on a device. */
export function pack(
  rewriter: StepRewriter,
  values: readonly TraceValue[],
  place: Place,
): TraceValue {
  const flat = values.map((value) => reshaped(rewriter, value, [elementsOf(value.shape)], place));
  if (flat.length === 1) {
    return flat[0];
  }
  const length = flat.reduce((sum, { shape }) => sum + shape[0], 0);
  const inputs = Object.fromEntries(flat.map((value, i) => [String(i), value]));
  const outputs = [float32([length])];
  return rewriter.add({ kernel: 'Concat', inputs, attributes: { axis: 0 }, outputs, ...place })
    .outputs[0];
}

/** The values of a vector that {@link pack} made, on a device. */
export function unpack(
  rewriter: StepRewriter,
  packed: TraceValue,
  shapes: readonly (readonly number[])[],
  place: Place,
): TraceValue[] {
  const sizes = shapes.map(elementsOf);
  const attributes = { numOrSizeSplits: sizes, axis: 0 };
  const outputs = sizes.map((size) => float32([size]));
  const parts =
    sizes.length === 1
      ? [packed]
      : rewriter.add({ kernel: 'SplitV', inputs: { x: packed }, attributes, outputs, ...place })
          .outputs;
  return parts.map((part, i) => reshaped(rewriter, part, shapes[i], place));
}
