import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../lib/plot/figure.js';
import { liveFigure } from '../../../lib/plot/show/live.js';
import { inNotebook, type Sent } from './notebook-kernel.js';

const sent = inNotebook();

describe('liveFigure in a notebook', () => {
  const step = (i: number): Figure => ({ data: [{ type: 'bar', y: [i] }], layout: {} });
  const shown = ({ data }: Sent) => data['application/vnd.plotly.v1+json'].data[0].y;

  it('updates one output in place and ends with the last state', async () => {
    const live = liveFigure({ intervalMs: 50 });
    for (let i = 1; i <= 40; i++) {
      live.update(step(i));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await live.finish();
    expect(sent.length).toBeGreaterThanOrEqual(2);
    expect(sent.length).toBeLessThan(30); // not all of them
    expect(shown(sent[0])).toEqual([1]);
    expect(shown(sent[sent.length - 1])).toEqual([40]);
    expect(sent.map(({ update }) => update)).toEqual(sent.map((_, i) => i > 0));
    const ids = new Set(sent.map(({ transient }) => transient.display_id));
    expect(ids.size).toBe(1);
    expect([...ids][0]).toMatch(/^[0-9a-f]{16}$/);
  });

  it('draws the last of many updates that come at once', async () => {
    const live = liveFigure();
    for (let i = 1; i <= 500; i++) {
      live.update(step(i));
    }
    await live.finish();
    expect(shown(sent[sent.length - 1])).toEqual([500]);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  it('sends nothing after the end, however slow the drawing was', async () => {
    const live = liveFigure({ intervalMs: 0 });
    for (let i = 1; i <= 5; i++) {
      live.update(step(i));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await live.finish();
    const count = sent.length;
    expect(shown(sent[count - 1])).toEqual([5]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(sent).toHaveLength(count);
  });

  it('tells at the end that a figure could not be drawn', async () => {
    const live = liveFigure();
    live.update({ data: [{ type: 'scatter3d', x: [1], y: [1], z: [1] }], layout: {} });
    await expect(live.finish()).rejects.toThrow('scatter3d');
  });
});
