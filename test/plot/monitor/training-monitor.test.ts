import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../lib/plot/figure.js';
import { trainingMonitor } from '../../../lib/plot/monitor/training-monitor.js';
import { syntheticHistory } from '../curves/synthetic-history.js';
import { epochEvent, recorder, stepEvent, titleOf } from './events.js';

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

  it('shows warnings below the title', () => {
    const monitor = trainingMonitor({ live: recorder() });
    monitor.onProgress({ kind: 'warning', text: 'train lacks <sky>' });
    monitor.onProgress(stepEvent(1));
    expect(titleOf(monitor.figure())).toContain('warning: train lacks &lt;sky&gt;');
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
