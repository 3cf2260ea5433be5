import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { liveFigure } from '../../../lib/plot/show/live.js';
import { figureDrawerSource } from '../../../lib/plot/show/browser/script.js';
import { PLOTLY_CONFIG } from '../../../lib/plot/show/plain-figure.js';
import { plotlyFile } from '../../../lib/plot/show/plotly-window.js';
import { show } from '../../../lib/plot/show/show.js';
import { themeColors } from '../../../lib/plot/style.js';
import { inNotebook, leaveNotebook } from './notebook-kernel.js';

const FIGURE: Figure = {
  data: [{ type: 'bar', x: ['a', 'b'], y: new Float32Array([1 / 3, NaN]) }],
  layout: { title: { text: 'Shares of <b>two</b>' }, width: 320, height: 240 },
};

const sent = inNotebook();

describe('show in a notebook', () => {
  it('sends the figure, its picture and text in one output, and the picture once', async () => {
    await show(FIGURE);
    expect(sent).toHaveLength(1);
    const { data, metadata, transient } = sent[0];
    expect(transient).toEqual({});
    expect(Object.keys(data)).toEqual([
      'application/vnd.plotly.v1+json',
      'image/png',
      'text/plain',
    ]);
    expect(data['application/vnd.plotly.v1+json'].data[0].y).toEqual([0.33333, null]);
    expect(data['text/plain']).toBe('Shares of two');
    const picture = Buffer.from(data['image/png'], 'base64');
    const { width, height } = await sharp(picture).metadata();
    expect({ width, height }).toEqual({ width: 480, height: 360 }); // 1.5 times
    expect(metadata).toEqual({ 'image/png': { width: 320, height: 240 } });
  });

  it('says the title of a figure, and the lines below it whole', async () => {
    const layout = { title: { text: '<b>Title</b><br><span>a long <br>line</span><br>next' } };
    await show({ ...FIGURE, layout });
    expect(sent[0].data['text/plain']).toBe('Title · a long line · next');
  });

  it('takes the theme from the environment', async () => {
    vi.stubEnv('AUTODEEPLAB_THEME', 'dark');
    await show(FIGURE);
    expect(sent[0].data['application/vnd.plotly.v1+json'].layout.paper_bgcolor).toBe(
      themeColors('dark').paper,
    );
    vi.stubEnv('AUTODEEPLAB_THEME', 'none');
    await expect(show(FIGURE)).rejects.toThrow(ConfigError);
    await expect(show(FIGURE)).rejects.toThrow('AUTODEEPLAB_THEME: expected light or dark');
  });

  it('shows several figures in order, the same ones the same way', async () => {
    const other: Figure = { ...FIGURE, layout: { ...FIGURE.layout, title: 'Another' } };
    await show([FIGURE, other, FIGURE]);
    expect(sent.map(({ data }) => data['text/plain'])).toEqual([
      'Shares of two',
      'Another',
      'Shares of two',
    ]);
    expect(sent[2]).toEqual(sent[0]);
  });
});

describe('whatever shows a figure', () => {
  it('has no button that uploads it, and no address to upload it to', async () => {
    expect(PLOTLY_CONFIG).toMatchObject({
      showSendToCloud: false,
      showEditInChartStudio: false,
      plotlyServerURL: '',
    });
    await show(FIGURE);
    const { data } = sent[0];
    expect(data['application/vnd.plotly.v1+json'].config).toEqual(PLOTLY_CONFIG);
    expect(figureDrawerSource()).toContain(`config: ${JSON.stringify(PLOTLY_CONFIG)}`);
  });

  it('names no option that plotly.js does not know', async () => {
    const source = await readFile(plotlyFile(), 'utf8');
    const unknown = Object.keys(PLOTLY_CONFIG).filter(
      (name) => !source.includes(`${name}:{valType`),
    );
    expect(unknown).toEqual(['showEditInChartStudio']); // of earlier versions
  });
});

describe('show in a program', () => {
  it('writes a page and prints its address', async () => {
    leaveNotebook();
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await show(FIGURE);
    const live = liveFigure();
    live.update(FIGURE);
    await live.finish();
    const printed = write.mock.calls.map(([text]) => String(text));
    write.mockRestore();
    const urls = printed.flatMap((text) => /^Figure: (file:.*\.html)\n$/.exec(text)?.[1] ?? []);
    expect(urls).toHaveLength(2);
    for (const url of urls) {
      expect(await readFile(fileURLToPath(url), 'utf8')).toContain('drawFigure(Plotly');
    }
    await rm(path.dirname(fileURLToPath(urls[0])), { recursive: true });
  });
});
