import type { Figure, Trace } from '../../../lib/plot/figure.js';

/** The traces of a figure that are marked as what they draw, such as `arrows` or `path`. */
export function tracesOf({ data }: Figure, meta: string): Trace[] {
  return data.filter((trace) => trace.meta === meta);
}
