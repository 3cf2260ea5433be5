/** Events of a small run, and what a monitor draws of them. */
import type { Figure } from '../../../lib/plot/figure.js';
import type { EpochEvent, StepEvent } from '../../../lib/training/events.js';

/** A live figure that keeps what it is given. */
export function recorder() {
  const figures: Figure[] = [];
  let finished = 0;
  return {
    figures,
    get finished() {
      return finished;
    },
    update: (figure: Figure) => void figures.push(figure),
    finish: () => {
      finished++;
      return Promise.resolve();
    },
  };
}

/** A step of a run of 2 epochs of 10 steps. */
export function stepEvent(step: number, changes: Partial<StepEvent> = {}): StepEvent {
  return {
    kind: 'step',
    epoch: Math.floor((step - 1) / 10),
    epochs: 2,
    step,
    steps: 20,
    phase: 'weights',
    loss: 1 / step,
    architectureLoss: null,
    learningRate: 0.1,
    secondsLeft: 125,
    dataShare: 0,
    ...changes,
  };
}

/** The end of an epoch of that run. */
export function epochEvent(epoch: number, meanIou: number): EpochEvent {
  const row = { epoch, step: 10 * (epoch + 1), phase: 'weights', kind: 'epoch', meanIou };
  return { kind: 'epoch', epochs: 2, row, secondsLeft: undefined };
}

/** The text of a figure's title. */
export function titleOf({ layout }: Figure): string {
  return (layout.title as { text: string }).text;
}
