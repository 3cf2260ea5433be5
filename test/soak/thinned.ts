/** Fewer samples, for a file that people read and keep. */
import type { Sample } from './sample.js';

/** At most so many samples of a process are written down. */
const MOST = 60;

/** What counts up: the last value stands for all. */
const COUNTS = ['seconds', 'rounds', 'cpuSeconds'] as const;

/** One sample for several: the least of each quantity, and the last of what counts up. */
function joined(group: readonly Sample[]): Sample {
  const least: Record<string, number> = {};
  for (const [key, value] of group.flatMap((sample) => Object.entries(sample))) {
    least[key] = Math.min(least[key] ?? Infinity, value as number);
  }
  for (const key of COUNTS) {
    const last = group.findLast((sample) => sample[key] !== undefined)?.[key];
    if (last !== undefined) {
      least[key] = last;
    }
  }
  return least as unknown as Sample;
}

/** Samples of groups that follow one another, as one each. */
export function thinned(samples: readonly Sample[], most = MOST): readonly Sample[] {
  const size = Math.ceil(samples.length / most);
  return Array.from({ length: Math.ceil(samples.length / size) || 0 }, (_, i) =>
    joined(samples.slice(i * size, (i + 1) * size)),
  );
}
