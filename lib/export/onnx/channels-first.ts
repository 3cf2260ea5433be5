/** From `[batch, height, width, channels]`, the layout of TensorFlow, to `[batch, channels, height, width]`. */

/** Where each axis of a map goes. */
const AXES = [0, 2, 3, 1] as const;

/** The axes of a map, in the order of ONNX. */
const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;

/** Permutations between the two layouts. */
export const TO_FIRST: readonly number[] = TO_CHANNELS_FIRST;
/** And back. */
export const TO_LAST: readonly number[] = AXES;

/** An axis of a value; only those of maps, which have four, change. */
export function axisFirst(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? AXES[positive] : positive;
}

/** One entry per axis; only those of maps change their order. */
export function listFirst<T>(list: readonly T[]): readonly T[] {
  return list.length === 4 ? TO_CHANNELS_FIRST.map((axis) => list[axis]) : list;
}

/**
 * Numbers with their axes in another order.
 *
 * @param order - the axis of `data` that each axis of the result is
 */
export function permute(
  data: ArrayLike<number>,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = new Float32Array(data.length);
  const index = order.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[index.reduce((sum, at, axis) => sum + at * strides[order[axis]], 0)];
    for (let axis = order.length - 1; axis >= 0 && ++index[axis] === shape[order[axis]]; axis--) {
      index[axis] = 0;
    }
  }
  return result;
}
