/** Whether what a run holds rises all along: in each part of the time that was watched. */

/** What a run holds at some step. */
export interface MemorySample {
  /** Steps done. */
  readonly step: number;
  /** Since the session began. */
  readonly seconds: number;
  /** The resident memory of the process, bytes. */
  readonly rssBytes: number;
  /** Tensors that are not disposed. */
  readonly tensors: number;
}

/** The parts of the time that are compared. */
export const PARTS = 6;

/** What a part has to gain, as a share of what an even growth would give it. */
const EVEN = 0.25;

/** The middle value; of an even count the larger of the two in the middle. */
function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** What is held in a part of the time, and when its middle was. */
export interface Level {
  readonly held: number;
  readonly step: number;
  readonly seconds: number;
}

/** What grew, from the first part to the last. */
export interface Growth {
  readonly from: Level;
  readonly to: Level;
}

/** The growth of what rises in each part; undefined if it does not. */
export function growthOf(
  windows: readonly MemorySample[],
  of: 'rssBytes' | 'tensors',
): Growth | undefined {
  const size = Math.floor(windows.length / PARTS);
  const parts = Array.from({ length: PARTS }, (_, i): Level => {
    const part = windows.slice(windows.length - (PARTS - i) * size).slice(0, size);
    const { step, seconds } = part[Math.floor(size / 2)];
    return { held: middle(part.map(({ [of]: held }) => held)), step, seconds };
  });
  const [from, to] = [parts[0], parts[PARTS - 1]];
  const gain = to.held - from.held;
  const least = (EVEN * gain) / (PARTS - 1);
  const isRising = gain > 0 && parts.slice(1).every(({ held }, i) => held - parts[i].held >= least);
  return isRising ? { from, to } : undefined;
}
