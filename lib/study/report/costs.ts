/** What the parts of a study took. */
import type { StudyRecord } from '../record.js';

/** One part of a study. */
export interface PartCost {
  /** The id of the part. */
  readonly id: string;
  readonly seconds: number;
  /** Of the process at its peak, bytes; null where it is not known. */
  readonly peakMemory: number | null;
}

/** Parts of one kind together. */
export interface KindCost {
  readonly kind: 'searches' | 'opinions' | 'retrainings';
  readonly parts: readonly PartCost[];
  readonly seconds: number;
  /** The largest of its parts, bytes; null where none is known. */
  readonly peakMemory: number | null;
}

function together(kind: KindCost['kind'], parts: readonly PartCost[]): KindCost {
  const peaks = parts.flatMap(({ peakMemory }) => peakMemory ?? []);
  return {
    kind,
    parts,
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    peakMemory: peaks.length === 0 ? null : Math.max(...peaks),
  };
}

/** Seconds and memory of every part that is done, by kind. */
export function costsOf({ searches, scores }: StudyRecord): KindCost[] {
  return [
    together('searches', searches),
    together(
      'opinions',
      searches.flatMap(({ id, supernet }) =>
        supernet === undefined
          ? []
          : [{ id: `opinion of ${id}`, seconds: supernet.seconds, peakMemory: null }],
      ),
    ),
    together('retrainings', scores),
  ].map((cost) => ({ ...cost, parts: cost.parts.map(plainPart) }));
}

/** Nothing but the cost of a part. */
function plainPart({ id, seconds, peakMemory }: PartCost): PartCost {
  return { id, seconds, peakMemory };
}
