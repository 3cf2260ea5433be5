/** Fewer samples, for a file that people read and keep. */
import type { Sample } from './sample.js';

/** At most so many samples of a process are written down. */
const MOST = 120;

/** Samples spread evenly over time, with the last of each value in between. */
export function thinned(samples: readonly Sample[], most = MOST): readonly Sample[] {
  const step = Math.ceil(samples.length / most);
  const groups = Array.from({ length: Math.ceil(samples.length / step) }, (_, i) =>
    samples.slice(i * step, (i + 1) * step),
  );
  return groups.map((group) => Object.assign({}, ...group) as Sample);
}
