import { describe, expect, it } from 'vitest';
import type { Figure, Layout } from '../../../lib/plot/figure.js';
import { searchMonitor } from '../../../lib/plot/monitor/search-monitor.js';
import { StepMeans } from '../../../lib/plot/monitor/step-means.js';
import { trainingMonitor } from '../../../lib/plot/monitor/training-monitor.js';
import type { EpochEvent, StepEvent } from '../../../lib/training/events.js';
import { syntheticHistory } from '../curves/synthetic-history.js';

/** A live figure that keeps what it is given. */
function recorder() {
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

function stepEvent(step: number, changes: Partial<StepEvent> = {}): StepEvent {
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

function epochEvent(epoch: number, meanIou: number): EpochEvent {
  const row = { epoch, step: 10 * (epoch + 1), phase: 'weights', kind: 'epoch', meanIou };
  return { kind: 'epoch', epochs: 2, row, secondsLeft: undefined };
}

const titleOf = (figure: Figure) => (figure.layout.title as { text: string }).text;

describe('StepMeans', () => {
  it('keeps every value while they fit, then means over equally many', () => {
    const means = new StepMeans(4);
    for (let step = 1; step <= 4; step++) {
      means.add(step, step);
    }
    expect(means.means()).toHaveLength(4);
    for (let step = 5; step <= 8; step++) {
      means.add(step, step);
    }
    expect(means.means()).toEqual([
      { step: 2, mean: 1.5 },
      { step: 4, mean: 3.5 },
      { step: 6, mean: 5.5 },
      { step: 8, mean: 7.5 },
    ]);
  });

  it('stays small over a long run, without losing a value', () => {
    const means = new StepMeans(400);
    for (let step = 1; step <= 100_000; step++) {
      means.add(step, step % 2);
    }
    expect(means.means().length).toBeLessThanOrEqual(400);
    expect(means.means().length).toBeGreaterThan(190);
    for (const { mean } of means.means()) {
      expect(mean).toBeCloseTo(0.5, 1);
    }
  });

  it('leaves out what is not finite', () => {
    const means = new StepMeans(4);
    means.add(1, NaN);
    expect(means.means()).toEqual([]);
  });
});

describe('searchMonitor', () => {
  it('shows progress, scores and the time left in the title', () => {
    const live = recorder();
    const { onProgress } = searchMonitor({ live, intervalMs: 0 });
    onProgress(stepEvent(3, { architectureLoss: 0.5, dataShare: 0.2 }));
    const title = titleOf(live.figures[0]);
    expect(title).toContain('epoch 1 of 2 · step 3 of 20 · <b>2 min 5 s left</b>');
    expect(title).toContain('20 % of the time waiting for data');
    expect(title).toContain('loss 0.3333 · loss of α and β 0.5');
  });

  it('draws losses by step, scores and entropies by epoch', () => {
    const monitor = searchMonitor({
      live: recorder(),
      history: syntheticHistory({ epochs: 4, start: 2 }),
    });
    const lengths = monitor.figure().data.map(({ name, x }) => [name, (x as number[]).length]);
    expect(lengths).toEqual([
      ['loss of the weights', 40],
      ['loss of α and β', 0],
      ['pixel accuracy', 4],
      ['mean IoU', 4],
      ['entropy of α', 4],
      ['entropy of β', 4],
    ]);
    monitor.onProgress(stepEvent(41, { architectureLoss: 0.7 }));
    expect(monitor.figure().data[1]).toMatchObject({ x: [41], y: [0.7] });
  });

  it('has one height all along, so that it does not jump', () => {
    const live = recorder();
    const { onProgress } = searchMonitor({ live, intervalMs: 0 });
    onProgress({ kind: 'note', text: 'resumed after step 5' });
    onProgress(stepEvent(10, { architectureLoss: 0.123456, dataShare: 0.5, secondsLeft: 360_000 }));
    onProgress({ kind: 'images', purpose: 'validation', done: 1, total: 500, secondsLeft: 9 });
    onProgress(epochEvent(0, 0.4));
    onProgress(epochEvent(1, 0.2));
    expect(live.figures).toHaveLength(5);
    expect(new Set(live.figures.map(({ layout }) => layout.height)).size).toBe(1);
  });
});

describe('trainingMonitor', () => {
  it('draws seldom between steps, and at once at the end of an epoch', () => {
    const live = recorder();
    const { onProgress } = trainingMonitor({ live, intervalMs: 3_600_000 });
    for (let step = 1; step <= 10; step++) {
      onProgress(stepEvent(step));
    }
    expect(live.figures).toHaveLength(1);
    onProgress(epochEvent(0, 0.25));
    expect(live.figures).toHaveLength(2);
    expect(live.figures[1].data[0].x).toHaveLength(10);
    onProgress({ kind: 'checkpoint', step: 10, file: 'x', isBest: true });
    expect(live.figures).toHaveLength(3);
  });

  it('names the best validation where it is not the last', () => {
    const monitor = trainingMonitor({ live: recorder() });
    monitor.onProgress(stepEvent(10));
    monitor.onProgress(epochEvent(0, 0.5));
    expect(titleOf(monitor.figure())).toContain('validation mIoU 50.0 %<');
    monitor.onProgress(epochEvent(1, 0.25));
    const title = titleOf(monitor.figure());
    expect(title).toContain('validation mIoU 25.0 % · best 50.0 % in epoch 1');
    expect(title).toContain('finished: 2 epochs, 20 steps');
  });

  it('shows the validation under way', () => {
    const monitor = trainingMonitor({ live: recorder() });
    monitor.onProgress(stepEvent(10));
    monitor.onProgress({
      kind: 'images',
      purpose: 'validation',
      done: 3,
      total: 8,
      secondsLeft: 5,
    });
    expect(titleOf(monitor.figure())).toContain('validation 3 of 8');
    monitor.onProgress(stepEvent(11));
    expect(titleOf(monitor.figure())).not.toContain('validation 3 of 8');
  });

  it('keeps the last state and says where it stopped', async () => {
    const live = recorder();
    const monitor = trainingMonitor({ live, intervalMs: 3_600_000 });
    monitor.onProgress(stepEvent(1));
    monitor.onProgress(stepEvent(2));
    await monitor.finish();
    expect(live.finished).toBe(1);
    const last = live.figures.at(-1);
    expect(last?.data[0].x).toEqual([1, 2]);
    expect(last && titleOf(last)).toContain('step 2 of 20 · stopped after');
    expect(last && titleOf(last)).not.toContain('left');
  });

  it('never ends a run by a figure that cannot be drawn, but tells in the end', async () => {
    let calls = 0;
    const live = {
      update: () => {
        calls++;
        throw new Error('no display');
      },
      finish: () => Promise.resolve(),
    };
    const monitor = trainingMonitor({ live, intervalMs: 0 });
    expect(() => {
      monitor.onProgress(stepEvent(1));
      monitor.onProgress(stepEvent(2));
    }).not.toThrow();
    expect(calls).toBe(1);
    await expect(monitor.finish()).rejects.toThrow('no display');
  });

  it('begins with the history of a resumed run, and has axes before the first event', () => {
    const { layout, data } = trainingMonitor({ live: recorder() }).figure();
    expect(layout.yaxis as Layout).toMatchObject({ range: [0, 1] });
    expect(data.every(({ x }) => (x as number[]).length === 0)).toBe(true);
    const history = syntheticHistory({ epochs: 2 });
    expect(trainingMonitor({ live: recorder(), history }).figure().data[0].x).toHaveLength(20);
  });
});
