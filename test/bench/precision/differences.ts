/** How far two courses of losses lie apart. */

/** The mean losses of windows of so many steps, without a rest. */
export function meansOf(losses: readonly number[], window: number): number[] {
  return Array.from({ length: Math.floor(losses.length / window) }, (_, i) => {
    const part = losses.slice(i * window, (i + 1) * window);
    return part.reduce((sum, loss) => sum + loss, 0) / part.length;
  });
}

/** The mean of the absolute differences of window means, relative to the first course. */
export function differenceOf(
  first: readonly number[],
  second: readonly number[],
  window: number,
): number {
  const others = meansOf(second, window);
  const relative = meansOf(first, window).map((mean, i) => Math.abs(others[i] - mean) / mean);
  return relative.reduce((sum, value) => sum + value, 0) / relative.length;
}
