import { describe, expect, it } from 'vitest';
import { loadPlotly } from '../../../lib/plot/show/load-plotly.js';
import { inNotebook } from './notebook-kernel.js';

const sent = inNotebook();

describe('loadPlotly', () => {
  it('sends plotly.js, then a line of text in its place', async () => {
    await loadPlotly(10);
    const html = sent.map(({ data }) => data['text/html'] ?? '');
    expect(html[0].length).toBeGreaterThan(1_000_000);
    expect(html[0].match(/<\/script/gi)).toHaveLength(1);
    expect(html[1].length).toBeLessThan(100);
    expect(sent.map(({ update }) => update)).toEqual([false, true]);
    expect(sent[1].transient).toEqual(sent[0].transient);
  });
});
