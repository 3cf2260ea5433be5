/** What is watched from step to step, and said as soon as it goes wrong. */
import * as tf from '@tensorflow/tfjs-core';
import type { StepLosses } from './loop-task.js';
import { MemoryGrowth } from './memory-growth.js';
import { UnlabelledSteps } from './unlabelled-steps.js';

/** The watches of one session. */
export class StepWatches {
  private readonly startedAt = performance.now();
  private readonly unlabelled = new UnlabelledSteps();
  private readonly memory = new MemoryGrowth();

  /**
   * Notes a step.
   *
   * @param step - the steps done with it
   * @returns what to tell the user
   */
  afterStep(step: number, { isLabelled }: Pick<StepLosses, 'isLabelled'>): readonly string[] {
    const held = {
      step,
      seconds: (performance.now() - this.startedAt) / 1000,
      rssBytes: process.memoryUsage.rss(),
      tensors: tf.engine().state.numTensors,
    };
    const warnings = [this.unlabelled.add(step, isLabelled), this.memory.add(held)];
    return warnings.filter((warning) => warning !== undefined);
  }
}
