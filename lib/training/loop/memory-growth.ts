/**
 * Watches the memory of a run that is under way, so that growth is said long before it ends the run.
 *
 * Memory rises at the start of every run (compiled steps, first validation, caches of readers), and
 * falls and rises with the garbage collector; neither is growth. Here memory grows if its floor rose
 * through all of the time that was watched, sixth by sixth.
 */
import { availableMemory, gibibytes } from '../runtime/memory.js';
import { duration } from '../duration.js';

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

/** Memory settles in this time; what is before is not looked at. */
const WARM_UP_SECONDS = 300;

/** The parts of the time that are compared. */
const PARTS = 6;

/** Before anything is said, so many windows and seconds were watched: more than a collection's period. */
const LEAST_WINDOWS = 4 * PARTS;
const LEAST_SECONDS = 900;
const MOST_WINDOWS = 16 * PARTS;

/** What a part has to gain, as a share of what an even growth would give it. */
const EVEN = 0.25;

/** Growth is told from this many bytes, and from this share of what there was. */
const LEAST_BYTES = 256 * 2 ** 20;
const LEAST_SHARE = 1 / 8;

/** The middle of three or more values. */
function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** What grew, from the first part to the last. */
interface Growth {
  readonly from: number;
  readonly to: number;
}

/** The growth of values that rise in each part; undefined if they do not. */
function growthOf(values: readonly number[]): Growth | undefined {
  const size = Math.floor(values.length / PARTS);
  const parts = Array.from({ length: PARTS }, (_, i) =>
    middle(values.slice(values.length - (PARTS - i) * size).slice(0, size)),
  );
  const [from, to] = [parts[0], parts[PARTS - 1]];
  const least = (EVEN * (to - from)) / (PARTS - 1);
  const isRising = to > from && parts.slice(1).every((part, i) => part - parts[i] >= least);
  return isRising ? { from, to } : undefined;
}

/** The least that was held within a window of the time. */
function merged(a: MemorySample, b: MemorySample): MemorySample {
  return {
    step: a.step,
    seconds: a.seconds,
    rssBytes: Math.min(a.rssBytes, b.rssBytes),
    tensors: Math.min(a.tensors, b.tensors),
  };
}

/** Watches for memory that grows while a run is under way. */
export class MemoryGrowth {
  private windows: MemorySample[] = [];
  /** Samples per window; doubled when there are too many windows. */
  private perWindow = 1;
  private inWindow = 0;
  private toldBytes = 0;
  private toldTensors = 0;

  /** @param limitBytes - what the process can have; by default the machine's or the container's memory */
  constructor(private readonly limitBytes = availableMemory()) {}

  /**
   * Notes what a run holds after a step; to be called at the same place of each step.
   *
   * @returns what to tell the user; undefined if there is nothing new. Growth is told once, and again
   *   when it has doubled
   */
  add(sample: MemorySample): string | undefined {
    if (sample.seconds < WARM_UP_SECONDS || !this.note(sample)) {
      return undefined;
    }
    const whole = this.windows.slice(0, -1); // the last may have met no collection yet
    const watched = sample.seconds - this.windows[0].seconds;
    if (whole.length < LEAST_WINDOWS || watched < LEAST_SECONDS) {
      return undefined;
    }
    const memory = growthOf(whole.map(({ rssBytes }) => rssBytes));
    const tensors = growthOf(whole.map(({ tensors }) => tensors));
    if (memory && this.isNews(memory)) {
      this.toldBytes = memory.to - memory.from;
      return this.memoryText(memory, tensors);
    }
    if (tensors && tensors.to >= 2 * Math.max(tensors.from, this.toldTensors)) {
      this.toldTensors = tensors.to;
      return this.tensorText(tensors);
    }
    return undefined;
  }

  /** Keeps a sample; true if it begins a window. */
  private note(sample: MemorySample): boolean {
    const { windows } = this;
    const last = windows.length - 1;
    if (last >= 0 && this.inWindow < this.perWindow) {
      windows[last] = merged(windows[last], sample);
      this.inWindow++;
      return false;
    }
    windows.push(sample);
    this.inWindow = 1;
    if (windows.length === MOST_WINDOWS) {
      this.windows = Array.from({ length: MOST_WINDOWS / 2 }, (_, i) =>
        merged(windows[2 * i], windows[2 * i + 1]),
      );
      this.perWindow *= 2;
      this.inWindow = this.perWindow / 2 + 1;
    }
    return true;
  }

  private isNews({ from, to }: Growth): boolean {
    const least = Math.max(LEAST_BYTES, LEAST_SHARE * from, 2 * this.toldBytes);
    return to - from >= least;
  }

  private memoryText({ from, to }: Growth, tensors: Growth | undefined): string {
    const [first, last] = [this.windows[0], this.windows[this.windows.length - 2]];
    const perSecond = (to - from) / (((last.seconds - first.seconds) * (PARTS - 1)) / PARTS);
    const left = Math.max(0, this.limitBytes - to) / perSecond;
    const stepsPerSecond = (last.step - first.step) / (last.seconds - first.seconds);
    const end = Math.round(last.step + left * stepsPerSecond);
    return (
      `memory grows: ${gibibytes(from)} at step ${first.step}, ${gibibytes(to)} at step ${last.step}. ` +
      `If that goes on, the ${gibibytes(this.limitBytes)} that there are will be full in about ` +
      `${duration(left)}, near step ${end}. ` +
      (tensors ? `${this.tensorText(tensors)}. ` : '') +
      'Interrupt the run and resume it: nothing is lost, and it begins with fresh memory; if it grows ' +
      'again, report it with what npx autodeeplab doctor prints'
    );
  }

  private tensorText({ from, to }: Growth): string {
    return (
      `tensors that are not disposed: ${from} at step ${this.windows[0].step}, now ${to}; an ` +
      'operation, a loss or a callback of your own keeps them: dispose them, or make them in tf.tidy'
    );
  }
}
