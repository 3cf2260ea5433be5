import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  removeFigureExtension,
  writeFigureExtension,
} from '../../lib/notebook/lab/figure-extension.js';
import type { Figure } from '../../lib/plot/figure.js';
import { shownFigure } from '../../lib/plot/show/plain-figure.js';
import { sliderFigure } from '../../lib/plot/slider.js';
import { colors, themeColors } from '../../lib/plot/style.js';
import { flatRgb } from '../helpers/png.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { Chromium, chromiumCommand, chromiumTitle, type Page, type Place } from './chromium.js';

interface Description {
  readonly name: string;
  readonly jupyterlab: {
    readonly extension: boolean;
    readonly _build: { readonly load: string };
  };
}

const describeFolder = (folder: string): Description =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Description;

describe('the extension of JupyterLab', () => {
  it('is written beside the kernel, replaced, and removed', () => {
    const data = temporaryFolder();
    const folder = writeFigureExtension(data);
    expect(folder).toBe(join(data, 'labextensions', 'autodeeplab-figures'));
    writeFileSync(join(folder, 'static', 'remoteEntry.0.js'), 'of an earlier version');
    expect(writeFigureExtension(data)).toBe(folder);
    const { name, jupyterlab } = describeFolder(folder);
    expect(name).toBe('autodeeplab-figures');
    const files = readdirSync(join(folder, 'static')).sort();
    expect(files).toEqual([
      expect.stringMatching(/^plotly-\d+\.\d+\.\d+\.min\.js$/),
      jupyterlab._build.load.replace('static/', ''),
    ]);
    removeFigureExtension(data);
    expect(existsSync(folder)).toBe(false);
    removeFigureExtension(data);
  });
});

/** A page that loads the extension as that of JupyterLab does, with as much of Lumino as it needs. */
function fakeLab(load: string): string {
  return `<!doctype html><body data-jp-theme-light="true"><div id="area" style="width: 800px"></div>
<script>window.Plotly = 'of another extension';</script>
<script src="${load}"></script>
<script>
class Widget {
  node = document.createElement('div');
  addClass(name) { this.node.classList.add(name); }
  isDisposed = false;
  dispose() { this.isDisposed = true; this.node.remove(); }
}
const IRenderMimeRegistry = {};
const share = (exports) => ({ '2.7.0': { get: async () => () => exports } });
const shared = {
  '@lumino/widgets': share({ Widget }),
  '@jupyterlab/rendermime': share({ IRenderMimeRegistry }),
};
async function open() {
  const container = window._JUPYTERLAB['autodeeplab-figures'];
  await container.init(shared);
  const { __esModule, default: plugin } = (await container.get('./extension'))();
  const added = [];
  const started = Promise.resolve();
  plugin.activate({ started }, { addFactory: (...factory) => added.push(factory) });
  await started;
  const [[factory, rank]] = added;
  window.factory = factory;
  window.renderer = factory.createRenderer({});
  area.append(renderer.node);
  const [token] = plugin.requires;
  return [__esModule, plugin.autoStart, token === IRenderMimeRegistry, factory.mimeTypes.join(), rank < 50];
}
const render = (figure) => renderer.renderModel({ data: figure });
</script>`;
}

const MIME = 'application/vnd.plotly.v1+json';
const PNG = flatRgb(72, 42, [0, 114, 178]).toString('base64');

const output = (figure: Figure) => ({ [MIME]: shownFigure(figure, {}), 'image/png': PNG });

const curve = (y: readonly number[], more: Figure['layout'] = {}): Figure => ({
  data: [{ type: 'scatter', mode: 'lines', y, line: { color: colors.blue } }],
  layout: { title: { text: 'A curve' }, ...more },
});

const maps = (titles: readonly string[]): Figure =>
  sliderFigure(
    titles.map((label, i) => ({
      label,
      figure: {
        data: [{ type: 'heatmap', z: [[i, 9]] }],
        layout: { height: 300, margin: { b: 56 }, title: { text: `Map ${label}` } },
      },
    })),
  );

describe.skipIf(chromiumCommand === undefined)(chromiumTitle('figures in JupyterLab'), () => {
  let chromium: Chromium;
  let page: Page;

  beforeAll(async () => {
    const folder = writeFigureExtension(temporaryFolder());
    writeFileSync(
      join(folder, 'page.html'),
      fakeLab(describeFolder(folder).jupyterlab._build.load),
    );
    chromium = new Chromium();
    page = await chromium.open(join(folder, 'page.html'));
    expect(await page.evaluate('open()')).toEqual([true, true, true, MIME, true]);
  });

  afterAll(async () => {
    await chromium.close();
  });

  const render = (figure: Figure) => page.evaluate(`render(${JSON.stringify(output(figure))})`);
  const count = (selector: string) =>
    page.evaluate<number>(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
  const text = (selector: string) =>
    page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).textContent`);
  const box = (selector: string) =>
    page.evaluate<{ x: number; y: number; width: number; height: number }>(
      `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().toJSON()`,
    );
  const ticks = async () => {
    const seen = "[...document.querySelectorAll('.ytick text')].map((tick) => tick.textContent)";
    return (await page.evaluate<string[]>(seen)).sort();
  };
  const settled = () =>
    page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))');

  it('show the picture first, then the figure, and leave another plotly.js alone', async () => {
    const shown = `(async () => {
      const drawn = render(${JSON.stringify(output(curve([1, 2])))});
      const pictures = document.querySelectorAll('img').length;
      await drawn;
      return [pictures, document.querySelectorAll('img').length, window.Plotly];
    })()`;
    expect(await page.evaluate(shown)).toEqual([1, 0, 'of another extension']);
    expect(await count('.autodeeplab-figure .js-line')).toBe(1);
    expect(page.errors).toEqual([]);
    expect(page.requests.filter((address) => !/^(?:file|data|blob):/.test(address))).toEqual([]);
  });

  it('are as wide as their place, and follow it', async () => {
    expect((await box('.main-svg')).width).toBe(800);
    await page.evaluate("area.style.width = '420px'");
    await settled();
    expect((await box('.main-svg')).width).toBe(420);
    await page.evaluate("area.style.width = '800px'");
    await settled();
    expect((await box('.main-svg')).width).toBe(800);
  });

  it('follow the theme of the page', async () => {
    const stroke = "document.querySelector('.js-line').style.stroke";
    const light = await page.evaluate(stroke);
    await page.evaluate("document.body.dataset.jpThemeLight = 'false'");
    await settled();
    expect(light).toBe('rgb(0, 114, 178)');
    expect(await page.evaluate(stroke)).toBe('rgb(59, 149, 230)');
    const paper = "document.querySelector('.main-svg').style.background";
    expect(themeColors('dark').paper).toBe('#12161b');
    expect(await page.evaluate(paper)).toBe('rgb(18, 22, 27)');
    await page.evaluate("document.body.dataset.jpThemeLight = 'true'");
    await settled();
    expect(await page.evaluate(stroke)).toBe(light);
  });

  it('are updated in place, with the part that a reader has zoomed to', async () => {
    await render(curve([0, 100]));
    const whole = await ticks();
    const { x, y, width, height } = await box('.nsewdrag');
    const at = (right: number, down: number): Place => [x + right * width, y + down * height];
    await page.drag(at(0.2, 0.7), at(0.6, 0.9));
    await settled();
    const zoomed = await ticks();
    expect(zoomed).not.toEqual(whole);
    await page.evaluate("document.querySelector('.main-svg').dataset.same = 'yes'");
    await render(curve([0, 100, 50]));
    expect(await ticks()).toEqual(zoomed);
    expect(await count('.main-svg[data-same]')).toBe(1);
    expect(await count('.js-line')).toBe(1);
  });

  it('keep the slider where the reader moved it, also in a new figure and in another theme', async () => {
    await render(maps(['1', '2', '3']));
    expect(await text('.gtitle')).toBe('Map 3');
    const { x, y, width, height } = await box('.slider-rail-rect');
    await page.drag([x + width - 8, y + height / 2], [x + 8, y + height / 2]);
    await settled();
    expect(await text('.gtitle')).toBe('Map 1');
    await page.evaluate("document.body.dataset.jpThemeLight = 'false'");
    await settled();
    expect(await text('.gtitle')).toBe('Map 1');
    await render(maps(['0', '1', '2', '3']));
    expect(await text('.gtitle')).toBe('Map 1');
    await render(maps(['7', '8'])); // that state is gone
    expect(await text('.gtitle')).toBe('Map 8');
    expect(page.errors).toEqual([]);
  });

  it('of other libraries keep the slider too, by the method of its step', async () => {
    const lines = [1, 2].map((y) => ({ y: [0, y], visible: y === 2 }));
    const steps = [0, 1].map((shown) => ({
      method: 'update',
      args: [{ visible: [shown === 0, shown === 1] }, { title: { text: `Line ${shown}` } }],
    }));
    const layout = { height: 300, title: { text: 'Line 1' }, sliders: [{ active: 1, steps }] };
    await page.evaluate(`render({ '${MIME}': ${JSON.stringify({ data: lines, layout })} })`);
    expect(await text('.gtitle')).toBe('Line 1');
    const { x, y, width, height } = await box('.slider-rail-rect');
    await page.drag([x + width - 8, y + height / 2], [x + 8, y + height / 2]);
    await settled();
    expect(await text('.gtitle')).toBe('Line 0');
    await page.evaluate("area.style.width = '720px'");
    await settled();
    expect((await box('.main-svg')).width).toBe(720);
    expect(await text('.gtitle')).toBe('Line 0');
    expect(await count('.js-line')).toBe(1);
    expect(page.errors).toEqual([]);
  });

  it('are not drawn if their place was closed before plotly.js was there', async () => {
    const { [MIME]: figure } = output(curve([1, 2]));
    const closed = `(async () => {
      const closed = factory.createRenderer({});
      area.append(closed.node);
      const shown = closed.renderModel({ data: { '${MIME}': ${JSON.stringify(figure)} } });
      closed.dispose();
      await shown;
      return closed.node.firstChild.childElementCount;
    })()`;
    expect(await page.evaluate(closed)).toBe(0);
    expect(page.errors).toEqual([]);
  });

  it('leave nothing behind', async () => {
    await page.evaluate('renderer.dispose()');
    expect(await count('.main-svg')).toBe(0);
  });
});
