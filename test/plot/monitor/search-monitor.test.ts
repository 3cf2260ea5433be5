import { describe, expect, it } from 'vitest';
import { searchMonitor } from '../../../lib/plot/monitor/search-monitor.js';
import { syntheticHistory } from '../curves/synthetic-history.js';
import { epochEvent, recorder, stepEvent, titleOf } from './events.js';

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
