/** Fewer samples, for a file that people read and keep. */
import type { Sample } from './sample.js';

/** At most so many samples of a process are written down. */
const MOST = 120;

/** One sample for several: the least of each quantity, at the time and the round of the last. */
function joined(group: readonly Sample[]): Sample {
  const least: Record<string, number> = {};
  for (const [key, value] of group.flatMap((sample) => Object.entries(sample))) {
    least[key] = Math.min(least[key] ?? Infinity, value as number);
  }
  const rounds = group.findLast((sample) => sample.rounds !== undefined)?.rounds;
  const { seconds } = group[group.length - 1];
  return { ...least, seconds, ...(rounds !== undefined && { rounds }) };
}

/** Samples of groups that follow one another, as one each. */
export function thinned(samples: readonly Sample[], most = MOST): readonly Sample[] {
  const size = Math.ceil(samples.length / most);
  return Array.from({ length: Math.ceil(samples.length / size) || 0 }, (_, i) =>
    joined(samples.slice(i * size, (i + 1) * size)),
  );
}
