/**
 * Watches the memory of a run that is under way, so that growth is said long before it ends the run.
 *
 * Memory rises at the start of every run (compiled steps, first validation, caches of readers), and
 * falls and rises with the garbage collector; neither is growth. Here memory grows if its floor rose
 * through all of the time that was watched, sixth by sixth.
 */
import { availableMemory } from '../../runtime/available-memory.js';
import { gibibytes } from '../../text.js';
import { duration } from '../../duration.js';
import { growthOf, PARTS, type Growth, type MemorySample } from './memory-trend.js';

/** Memory settles in this time; what is before is not looked at. */
const WARM_UP_SECONDS = 300;

/** Before anything is said, so many windows and seconds were watched: more than a collection's period. */
const LEAST_WINDOWS = 4 * PARTS;
const LEAST_SECONDS = 900;
const MOST_WINDOWS = 16 * PARTS;

/** Growth is told from this many bytes, and from this share of what there was. */
const LEAST_BYTES = 256 * 2 ** 20;
const LEAST_SHARE = 1 / 8;

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
    const memory = growthOf(whole, 'rssBytes');
    const tensors = growthOf(whole, 'tensors');
    if (memory && this.isNews(memory)) {
      this.toldBytes = memory.to.held - memory.from.held;
      return this.memoryText(memory, tensors, sample.seconds);
    }
    if (tensors && tensors.to.held >= 2 * Math.max(tensors.from.held, this.toldTensors)) {
      this.toldTensors = tensors.to.held;
      return tensorText(tensors);
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
    const least = Math.max(LEAST_BYTES, LEAST_SHARE * from.held, 2 * this.toldBytes);
    return to.held - from.held >= least;
  }

  private memoryText({ from, to }: Growth, tensors: Growth | undefined, now: number): string {
    const { limitBytes } = this;
    const perStep = (to.held - from.held) / (to.step - from.step);
    const stepsLeft = Math.max(0, limitBytes - to.held) / perStep;
    const perSecond = (to.step - from.step) / (to.seconds - from.seconds);
    return (
      `memory grows: ${gibibytes(from.held)} at step ${from.step}, ${gibibytes(to.held)} at step ` +
      `${to.step}. If that goes on, the ${gibibytes(limitBytes)} that there are will be full in about ` +
      `${duration(stepsLeft / perSecond - (now - to.seconds))}, near step ` +
      `${Math.round(to.step + stepsLeft)}. ` +
      (tensors ? `${tensorText(tensors)}. ` : '') +
      'Interrupt the run and resume it in a new process (in a notebook: restart the kernel first): ' +
      'nothing is lost, and it begins with fresh memory; if it grows again, report it with what ' +
      'npx autodeeplab doctor prints'
    );
  }
}

function tensorText({ from, to }: Growth): string {
  return (
    `tensors that are not disposed: ${from.held} at step ${from.step}, ${to.held} at step ${to.step}; ` +
    'an operation, a loss or a callback of your own keeps them: dispose them, or make them in tf.tidy'
  );
}
