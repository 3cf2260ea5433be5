import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import type { MimeBundle } from '../../../lib/plot/show/bundle.js';
import {
  fontConfiguration,
  fontFolders,
  hasFonts,
  katexFonts,
} from '../../../lib/plot/show/fonts.js';
import type { DisplayData } from '../../../lib/plot/show/kernel.js';
import { liveFigure } from '../../../lib/plot/show/live.js';
import { loadPlotly } from '../../../lib/plot/show/load-plotly.js';
import { figurePage } from '../../../lib/plot/show/page.js';
import { plainFigure, PLOTLY_CONFIG, scriptJson } from '../../../lib/plot/show/plain-figure.js';
import { plotlyFile } from '../../../lib/plot/show/plotly-window.js';
import { show } from '../../../lib/plot/show/show.js';
import { themeColors } from '../../../lib/plot/style.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const FOLDER = temporaryFolder();

const FIGURE: Figure = {
  data: [{ type: 'bar', x: ['a', 'b'], y: new Float32Array([1 / 3, NaN]) }],
  layout: { title: { text: 'Shares of <b>two</b>' }, width: 320, height: 240 },
};

/** One output that the kernel was asked to send. */
interface Sent extends DisplayData {
  readonly data: MimeBundle;
  readonly update: boolean | undefined;
}

/** tslab's own module, in which the kernel keeps what sends outputs. */
const kernel = createRequire(import.meta.url)('tslab/dist/jupyter') as {
  lastWriteDisplayData: unknown;
};
let sent: Sent[] = [];

beforeEach(() => {
  sent = [];
  kernel.lastWriteDisplayData = (content: DisplayData, update?: boolean) => {
    sent.push({ ...content, data: content.data as MimeBundle, update });
  };
});

afterEach(() => {
  kernel.lastWriteDisplayData = null;
  vi.unstubAllEnvs();
});

describe('show in a notebook', () => {
  it('sends the figure, its picture, HTML and text in one output', async () => {
    await show(FIGURE, { mode: 'full' });
    expect(sent).toHaveLength(1);
    const { data, metadata, transient } = sent[0];
    expect(transient).toEqual({});
    expect(Object.keys(data)).toEqual([
      'application/vnd.plotly.v1+json',
      'text/html',
      'image/png',
      'text/plain',
    ]);
    expect(data['application/vnd.plotly.v1+json'].data[0].y).toEqual([0.33333, null]);
    expect(data['text/plain']).toBe('Shares of two');
    const picture = Buffer.from(data['image/png'], 'base64');
    const { width, height } = await sharp(picture).metadata();
    expect({ width, height }).toEqual({ width: 480, height: 360 }); // 1.5 times
    expect(metadata).toEqual({ 'image/png': { width: 320, height: 240 } });
    const html = data['text/html'] ?? '';
    expect(html).toContain(`src="data:image/png;base64,${data['image/png']}"`);
    expect(html).toContain('alt="Shares of two"');
    expect(html).toContain('if(window.Plotly)');
    expect(html.match(/<script>/g)).toHaveLength(1);
    expect(html).not.toContain('<b>'); // the figure's JSON cannot end the script
  });

  it('leaves the HTML out in static mode, by option or by the environment', async () => {
    await show(FIGURE, { mode: 'static' });
    vi.stubEnv('AUTODEEPLAB_SHOW', 'static');
    await show(FIGURE);
    await show(FIGURE, { mode: 'full' });
    expect(sent.map(({ data }) => 'text/html' in data)).toEqual([false, false, true]);
    vi.stubEnv('AUTODEEPLAB_SHOW', 'none');
    await expect(show(FIGURE)).rejects.toThrow(ConfigError);
    await expect(show(FIGURE)).rejects.toThrow('AUTODEEPLAB_SHOW: expected full or static');
  });

  it('takes the theme from the environment', async () => {
    vi.stubEnv('AUTODEEPLAB_THEME', 'dark');
    await show(FIGURE);
    expect(sent[0].data['application/vnd.plotly.v1+json'].layout.paper_bgcolor).toBe(
      themeColors('dark').paper,
    );
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
  /** What a script of a page draws. */
  const drawnBy = (html: string) => {
    const [, json] = /\}\)\}\)\((\{.*\})\)\}<\/script>/.exec(html) ?? [];
    return JSON.parse(json) as { config: object };
  };

  it('has no button that uploads it, and no address to upload it to', async () => {
    expect(PLOTLY_CONFIG).toMatchObject({
      showSendToCloud: false,
      showEditInChartStudio: false,
      plotlyServerURL: '',
    });
    await show(FIGURE, { mode: 'full' });
    const { data } = sent[0];
    expect(data['application/vnd.plotly.v1+json'].config).toEqual(PLOTLY_CONFIG);
    expect(drawnBy(data['text/html'] ?? '').config).toEqual(PLOTLY_CONFIG);
    expect(drawnBy(await figurePage([FIGURE])).config).toEqual(PLOTLY_CONFIG);
  });

  it('names no option that plotly.js does not know', async () => {
    const source = await readFile(plotlyFile(), 'utf8');
    const unknown = Object.keys(PLOTLY_CONFIG).filter(
      (name) => !source.includes(`${name}:{valType`),
    );
    expect(unknown).toEqual(['showEditInChartStudio']); // of earlier versions
  });
});

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

describe('show in a program', () => {
  it('writes a page and prints its address', async () => {
    kernel.lastWriteDisplayData = null;
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await show(FIGURE);
    const live = liveFigure();
    live.update(FIGURE);
    await live.finish();
    await loadPlotly();
    const printed = write.mock.calls.map(([text]) => String(text));
    write.mockRestore();
    const urls = printed.flatMap((text) => /^Figure: (file:.*\.html)\n$/.exec(text)?.[1] ?? []);
    expect(urls).toHaveLength(2);
    for (const url of urls) {
      expect(await readFile(fileURLToPath(url), 'utf8')).toContain('Plotly.newPlot');
    }
    await rm(path.dirname(fileURLToPath(urls[0])), { recursive: true });
  });
});

describe('plainFigure and scriptJson', () => {
  it('make numbers short but keep whole ones', () => {
    const data = [{ type: 'bar', y: [123456789, 0.123456789, 1e-9, Infinity, -0.5] }];
    const plain = plainFigure({ data, layout: { left: undefined } });
    expect(plain.data[0].y).toEqual([123456789, 0.12346, 1e-9, null, -0.5]);
    expect(plain.layout).toEqual({});
  });

  it('cannot leave a script', () => {
    expect(scriptJson({ text: '</script><b>\u2028' })).toBe(
      '{"text":"\\u003c/script>\\u003cb>\\u2028"}',
    );
  });
});

describe('fonts', () => {
  it('are looked for where the system keeps them', async () => {
    const folders = fontFolders('<fontconfig><dir prefix="x">/opt/fonts</dir><dir>~/f</dir>');
    expect(folders).toContain('/usr/share/fonts');
    expect(folders).toContain('/opt/fonts');
    expect(folders.every((folder) => path.isAbsolute(folder))).toBe(true);
    const empty = path.join(FOLDER, 'fonts');
    await mkdir(path.join(empty, 'deep', 'er'), { recursive: true });
    expect(hasFonts([empty, path.join(FOLDER, 'missing')])).toBe(false);
    await writeFile(path.join(empty, 'deep', 'er', 'a.TTF'), '');
    expect(hasFonts([empty])).toBe(true);
    expect(hasFonts([katexFonts()])).toBe(true);
  });

  it("are KaTeX's where there are no others, and draw letters", async () => {
    // Fonts are chosen once a process, so this takes another one.
    const file = path.join(FOLDER, 'fonts.conf');
    await writeFile(file, fontConfiguration(katexFonts(), FOLDER, 'KaTeX_SansSerif'));
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><text x="5" y="25" ' +
      'font-size="20" font-family="Helvetica, sans-serif">iiii αβ MMMM</text></svg>';
    const program =
      `const sharp = require('sharp'); sharp(Buffer.from(${JSON.stringify(svg)}))` +
      `.flatten({ background: '#fff' }).trim({ threshold: 20 }).toBuffer({ resolveWithObject: true })` +
      `.then(({ info }) => console.log(info.width));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      env: { ...process.env, FONTCONFIG_FILE: file },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    // KaTeX's sans serif letters are narrower than those of any usual font; boxes are wider.
    expect(Number(stdout)).toBeGreaterThan(80);
    expect(Number(stdout)).toBeLessThan(150);
  });
});
