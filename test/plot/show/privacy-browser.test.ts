import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeGallery } from '../../../lib/notebook/gallery/write-gallery.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { figureOutput, type FigureOutput } from '../../../lib/plot/show/bundle.js';
import { figurePage, plotlySource } from '../../../lib/plot/show/page.js';
import { scriptJson } from '../../../lib/plot/show/plain-figure.js';
import { saveFigure } from '../../../lib/plot/show/save.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { Chromium, chromiumCommand, chromiumTitle } from '../../notebook/chromium.js';
import { code, notebookOf, text } from '../../notebook/make-notebook.js';

/** A figure with traces of every type that the library draws; plotly chooses its buttons by them. */
const figure: Figure = {
  data: [
    { type: 'scatter', x: [0, 1], y: [1, 2] },
    { type: 'bar', x: [0, 1], y: [1, 2] },
    { type: 'heatmap', z: [[1, 2]], xaxis: 'x2', yaxis: 'y2' },
  ],
  layout: { title: { text: 'Kinds' }, grid: { rows: 1, columns: 2, pattern: 'independent' } },
};

/** The same, as a notebook of someone else may hold it. */
const foreign = {
  data: figure.data,
  layout: figure.layout,
  config: { showSendToCloud: true, displaylogo: true, plotlyServerURL: 'https://plots.example' },
};

/** Clicks every button of the figures; returns their titles and all addresses they and links have. */
const CLICK_ALL = `(async () => {
  const out = [];
  window.open = (address) => { out.push(String(address)); return null; };
  const click = (element) => element.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  const buttons = [...document.querySelectorAll('.modebar-btn')];
  buttons.forEach(click);
  await new Promise((done) => setTimeout(done, 200));
  document.querySelectorAll('button').forEach(click);
  for (const link of document.querySelectorAll('a, area, form, iframe')) {
    const names = ['href', 'xlink:href', 'action', 'src'];
    out.push(...names.map((name) => link.getAttribute(name)).filter(Boolean));
  }
  return { out, titles: buttons.map((button) => button.dataset.title) };
})()`;

/** Waits until a figure is drawn, at most 30 s. */
const DRAWN = `new Promise((done) => {
  const end = Date.now() + 30000;
  const isDrawn = () => document.querySelector('.modebar-btn') || Date.now() > end;
  const look = () => isDrawn() ? done(true) : setTimeout(look, 20);
  look();
})`;

interface Clicked {
  readonly out: readonly string[];
  readonly titles: readonly (string | undefined)[];
}

const folder = temporaryFolder();

/** Writes a page around a body; plotly.js is in it, as in a notebook that was exported to HTML. */
async function writePage(name: string, body: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `<!doctype html><script>${await plotlySource()}</script><body>${body}`);
  return file;
}

/** What JupyterLab's and VS Code's viewers do with an output of plotly's MIME type. */
function viewer(shown: object): string {
  return `<div id="figure"></div><script>
    const { data, layout, config } = ${scriptJson(shown)};
    Plotly.newPlot('figure', data, layout, config);
  </script>`;
}

const OUTSIDE = /^(?:https?:|wss?:|ftp:)?\/\//;

describe.skipIf(chromiumCommand === undefined)(chromiumTitle('figures in Chromium'), () => {
  let chromium: Chromium;
  let output: FigureOutput;

  beforeAll(async () => {
    chromium = new Chromium();
    output = await figureOutput(figure, {});
  });

  afterAll(async () => {
    await chromium.close();
  });

  async function clickAll(file: string): Promise<Clicked & { requests: readonly string[] }> {
    const page = await chromium.open(file);
    await page.evaluate(DRAWN);
    const clicked = await page.evaluate<Clicked>(CLICK_ALL);
    await page.close();
    return { ...clicked, requests: page.requests };
  }

  async function expectPrivate(file: string): Promise<void> {
    const { out, titles, requests } = await clickAll(file);
    expect(titles).toContain('Zoom in');
    expect(titles.filter((title) => /share|cloud|studio|plotly/i.test(title ?? ''))).toEqual([]);
    expect([...out, ...requests].filter((address) => OUTSIDE.test(address))).toEqual([]);
  }

  it('are found to lead out where plotly has its own way', async () => {
    const { out, titles } = await clickAll(await writePage('own-way.html', viewer({ data: [{}] })));
    expect(titles).toContain('Share chart...');
    expect(out).toContain('https://plotly.com/');
    expect(out.some((address) => address.startsWith('https://cloud.plotly.com/'))).toBe(true);
  });

  it('are found to load from outside where a page does', async () => {
    const body = `${viewer({ data: [{}] })}<img src="https://plots.example/figure.png">`;
    const { requests } = await clickAll(await writePage('loads.html', body));
    expect(requests.filter((address) => OUTSIDE.test(address))).toEqual([
      'https://plots.example/figure.png',
    ]);
  });

  it('stay private in a page of their own', async () => {
    const file = path.join(folder, 'own-page.html');
    await writeFile(file, await figurePage([figure, figure], { theme: 'dark' }));
    await expectPrivate(file);
  });

  it('stay private where they are saved as a page', async () => {
    const file = path.join(folder, 'saved.html');
    await saveFigure(figure, file);
    await expectPrivate(file);
  });

  it('stay private in an output of a notebook that a viewer of plotly shows', async () => {
    const { 'application/vnd.plotly.v1+json': shown } = output.data;
    await expectPrivate(await writePage('viewer.html', viewer(shown)));
  });

  it('stay private in the gallery, also those with a configuration of their own', async () => {
    const outputs = [output.data, { ...output.data, 'application/vnd.plotly.v1+json': foreign }];
    const notebook = notebookOf(
      text('# 00 Figures\n\nTwo.'),
      code('show(figure)', {
        outputs: outputs.map((data) => ({
          output_type: 'display_data' as const,
          data: JSON.parse(JSON.stringify(data)) as Record<string, never>,
          metadata: {},
        })),
      }),
    );
    await writeGallery({
      folder,
      notebooks: [{ name: '00-figures', notebook, file: '00-figures.ipynb', seconds: 1 }],
    });
    await expectPrivate(path.join(folder, '00-figures.html'));
    const index = await chromium.open(path.join(folder, 'index.html'));
    expect(index.requests.filter((address) => OUTSIDE.test(address))).toEqual([]);
    await index.close();
  });
});
