import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeGallery } from '../../lib/notebook/gallery/write-gallery.js';
import type { Json } from '../../lib/notebook/run/notebook.js';
import { framed, heading } from '../../lib/plot/heading.js';
import { stackPanels } from '../../lib/plot/panels.js';
import { themeColors } from '../../lib/plot/style.js';
import { flatRgb } from '../helpers/png.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { Chromium, chromiumCommand, chromiumTitle, type Page } from './chromium.js';
import { OVERLAPS } from './figure-marks.js';
import { code, notebookOf, printed, text } from './make-notebook.js';

const folder = temporaryFolder();

/** `#rrggbb` as browsers give it back. */
function rgb(color: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgb(${channels.join(', ')})`;
}

/** An output with a figure. */
function shown(figure: { data: Json[]; layout: Json; frames?: Json[] }) {
  return {
    output_type: 'display_data' as const,
    data: {
      'application/vnd.plotly.v1+json': figure,
      'image/png': flatRgb(72, 42, [0, 114, 178]).toString('base64'),
      'text/plain': 'A figure',
    },
    metadata: { 'image/png': { width: 720, height: 420 } },
  };
}

const curve = shown({
  data: [
    { type: 'scatter', mode: 'lines', x: [0, 1, 2], y: [3, 1, 2], line: { color: '#0072b2' } },
  ],
  layout: { title: { text: 'Curve' }, width: 720, height: 420 },
});

const slider = shown({
  data: [{ type: 'heatmap', z: [[1, 2]] }],
  layout: {
    height: 300,
    sliders: [
      {
        steps: ['0', '1'].map((name) => ({
          label: name,
          method: 'animate',
          args: [[name], { mode: 'immediate' }],
        })),
      },
    ],
  },
  frames: ['0', '1'].map((name) => ({ name, data: [{ type: 'heatmap', z: [[Number(name), 2]] }] })),
});

const panels = stackPanels(
  ['upper', 'lower'].map((which) => ({
    title: `the caption of the ${which} plot, which is longer than a telephone is wide`,
  })),
  {},
);

/** A figure with everything that needs room: long lines, captions, a legend at the right. */
const words = shown({
  data: ['first', 'second', 'third'].map((name, i) => ({
    type: 'scatter',
    name: `the ${name} of several things`,
    y: [i, 2],
    yaxis: i === 0 ? 'y' : 'y2',
  })),
  layout: {
    ...(framed({
      heading: heading('A title that is too long for the screen of a telephone', [
        'a line below it, which says at some length what is to be seen in the figure, and why, and more',
      ]),
      plotHeight: 300,
      margin: { r: 160 },
    }) as Record<string, Json>),
    ...(panels.axes as Record<string, Json>),
    annotations: panels.annotations as unknown as Json,
    legend: { x: 1.02, xanchor: 'left', y: 1 },
  },
});

const wide = 'x'.repeat(200);
const first = notebookOf(
  text(
    `# 00 Figures\n\nTwo of them.\n\n## Curve\n\n$$\\sum_{k=1}^{K} \\alpha_k + ${'y + '.repeat(60)} z$$`,
  ),
  code(`const wide = '${wide}';`, { outputs: [printed(wide)] }),
  code('show(curve)', { outputs: [curve] }),
  text('## Heat map\n\n| a | b |\n|---|---|\n| 1 | 2 |'),
  code('show(slider)', { outputs: [slider] }),
);
const second = notebookOf(
  text(`# 01 Words\n\nNo figure, \`${'word'.repeat(40)}\`, $\\mathcal{L}$.`),
  code('1', { outputs: [printed('1')] }),
);
const third = notebookOf(text('# 02 Phone\n\nRoom.'), code('show(words)', { outputs: [words] }));

const notebooks = [
  { name: '00-figures', notebook: first, file: '00-figures.ipynb', seconds: 3 },
  { name: '01-words', notebook: second, file: '01-words.ipynb', seconds: 1 },
  { name: '02-phone', notebook: third, file: '02-phone.ipynb', seconds: 1 },
];

const drawn = `new Promise((done) => {
  const look = () => document.documentElement.dataset.drawn ? done(true) : setTimeout(look, 20);
  look();
})`;

const count = (page: Page, selector: string) =>
  page.evaluate<number>(`document.querySelectorAll(${JSON.stringify(selector)}).length`);

describe.skipIf(chromiumCommand === undefined)(chromiumTitle('the gallery in Chromium'), () => {
  let chromium: Chromium;

  beforeAll(async () => {
    await writeGallery({ folder, notebooks });
    chromium = new Chromium();
  });

  afterAll(async () => {
    await chromium.close();
  });

  const open = (name: string, options = {}) =>
    chromium.open(path.join(folder, `${name}.html`), options);

  it.each(['light', 'dark'] as const)('draws every figure, %s', async (theme) => {
    const page = await open('00-figures', { theme });
    await page.evaluate(drawn);
    expect(page.errors).toEqual([]);
    expect(await count(page, '.plot')).toBe(2);
    expect(await count(page, '.plot .still:not([hidden])')).toBe(0);
    expect(await count(page, '.plot .scatterlayer .trace path.js-line')).toBe(1);
    expect(await count(page, '.plot .heatmaplayer image')).toBe(1);
    expect(await count(page, '.plot .slider-rail-rect')).toBe(1);
    const line = "document.querySelector('.js-line').style.stroke";
    const { blue, paper } = themeColors(theme);
    expect(await page.evaluate(line)).toBe(rgb(blue));
    const background = 'getComputedStyle(document.body).backgroundColor';
    expect(await page.evaluate(background)).toBe(rgb(paper));
    await page.close();
  });

  it('asks for nothing but its own files', async () => {
    const page = await open('00-figures');
    await page.evaluate(drawn);
    expect(page.requests.length).toBeGreaterThan(3);
    for (const address of page.requests) {
      expect(address).toMatch(/^(?:data:|blob:|file:\/\/)/);
    }
    await page.close();
  });

  it('shows the pictures of the figures where scripts do not run', async () => {
    const page = await open('00-figures', { runsScripts: false });
    expect(await count(page, '.plot .still img')).toBe(2);
    expect(await count(page, '.plot .main-svg')).toBe(0);
    const widths =
      "[...document.querySelectorAll('.still img')].map((image) => image.naturalWidth)";
    expect(await page.evaluate(widths)).toEqual([72, 72]);
    await page.close();
  });

  it('fits a narrow window, and folds the table of contents there', async () => {
    for (const name of ['index', '00-figures', '01-words', '02-phone']) {
      const page = await open(name, { width: 360, height: 700 });
      await page.evaluate(drawn);
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThan(361);
      if (name === '00-figures') {
        // A figure with a width of its own is not squeezed: it scrolls.
        const width = "document.querySelector('.plot .main-svg').clientWidth";
        expect(await page.evaluate(width)).toBe(504);
        expect(await page.evaluate("document.querySelector('.contents').open")).toBe(false);
      }
      await page.close();
    }
  });

  it.each([420, 1280])(
    'prints no words of a figure over others, nor cuts them off, %i pixels',
    async (width) => {
      const page = await open('02-phone', { width });
      await page.evaluate(drawn);
      expect(await page.evaluate(OVERLAPS)).toEqual([]);
      // As high on a telephone as elsewhere.
      const heights =
        "[...document.querySelectorAll('.nsewdrag')].map((plot) => +plot.getAttribute('height'))";
      const [upper, lower, ...none] = await page.evaluate<number[]>(heights);
      expect(Math.min(upper, lower)).toBeGreaterThan(128);
      expect(none).toEqual([]);
      await page.close();
    },
  );

  it('draws equations in the fonts that come with the pages', async () => {
    const page = await open('01-words');
    const family = "getComputedStyle(document.querySelector('.mathcal')).fontFamily";
    expect(await page.evaluate(family)).toMatch(/^KaTeX_Caligraphic/);
    await page.evaluate('document.fonts.ready.then(() => true)');
    const loaded =
      "[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)";
    expect(await page.evaluate(loaded)).toContain('KaTeX_Caligraphic');
    expect(page.errors).toEqual([]);
    await page.close();
  });

  it('leads from the first page to each notebook, to its parts and to its neighbours', async () => {
    const index = await open('index');
    expect(index.errors).toEqual([]);
    const widths = '[...document.images].map((image) => image.naturalWidth)';
    expect(await index.evaluate(widths)).toEqual([72, 72]);
    const links = "[...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))";
    expect(await index.evaluate(links)).toEqual([
      '00-figures.html',
      '01-words.html',
      '02-phone.html',
    ]);
    await index.close();

    const page = await open('00-figures');
    const parts = "[...document.querySelectorAll('.contents a')].map((a) => a.hash)";
    const ids = await page.evaluate<string[]>(parts);
    expect(ids).toEqual(['#curve', '#heat-map']);
    for (const id of ids) {
      expect(await count(page, id)).toBe(1);
    }
    expect(await page.evaluate("document.querySelector('.next').getAttribute('href')")).toBe(
      '01-words.html',
    );
    await page.close();
  });
});
