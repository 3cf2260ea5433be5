import { mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { galleryPage } from '../../lib/notebook/gallery/gallery-page.js';
import { MarkdownRenderer, type MarkdownContext } from '../../lib/notebook/gallery/markdown.js';
import { MathStyles } from '../../lib/notebook/gallery/math.js';
import { safeHtml, shownText, withoutLinks } from '../../lib/notebook/gallery/sanitize.js';
import { writeGallery } from '../../lib/notebook/gallery/write-gallery.js';
import type { Json, Output } from '../../lib/notebook/run/notebook.js';
import { flatRgb } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { Chromium, chromiumCommand, chromiumTitle } from './chromium.js';
import { code, notebookOf, text } from './make-notebook.js';

const folder = temporaryFolder();

/** Where no links lead anywhere. */
const NOTHING: MarkdownContext = {
  link: () => undefined,
  image: () => undefined,
  math: new MathStyles(),
};

const display = (data: Record<string, Json>): Output => ({
  output_type: 'display_data',
  data,
  metadata: {},
});

/** Ways to run `parent.ran`; each sets a name of its own. */
const ATTACKS = [
  '<script>ran.a = 1</script>',
  '<img src="x" onerror="ran.b = 1">',
  '<svg onload="ran.c = 1"><script>ran.d = 1</script><a xlink:href="javascript:ran.e = 1">s</a></svg>',
  '<iframe srcdoc="<script>parent.ran.f = 1</script>"></iframe>',
  '<a class="press" href="javascript:ran.g = 1">press</a>',
  '<a class="press" href=" java&#x0A;script:ran.h = 1">press</a>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=ran.i=1&gt;">',
  '<details open ontoggle="ran.j = 1">d</details>',
  '<form action="javascript:ran.k = 1"><button class="press">b</button></form>',
  '<object data="data:text/html,<script>parent.ran.l = 1</script>"></object>',
  '<base href="https://x.invalid/"><meta http-equiv="refresh" content="0;url=https://x.invalid/">',
  '<a title="x><img src=q onerror=ran.m=1>" href="#a">t</a>',
  '<img src="https://x.invalid/pixel.png" srcset="https://x.invalid/2.png 2x">',
  '<link rel="stylesheet" href="https://x.invalid/a.css"><style>@import "https://x.invalid/b.css"</style>',
  '<video src="https://x.invalid/v.mp4" poster="https://x.invalid/p.png"></video>',
];
const LINKS = ['[l](javascript:ran.n=1)', '[l](JaVaScRiPt&#58;ran.o=1)', '[l](vbscript:x)'];

describe('HTML of notebooks', () => {
  it.each(ATTACKS)('holds nothing that runs or is fetched: %s', (html) => {
    for (const clean of [safeHtml(html), withoutLinks(html)]) {
      expect(clean).not.toMatch(
        /<(?:script|iframe|form|button|object|base|meta|link|style|video)/i,
      );
      expect(clean).not.toMatch(/script:|x\.invalid/i);
      expect(clean.replace(/"[^"]*"/g, '""')).not.toMatch(/\son\w+=/i);
      expect(safeHtml(clean)).toBe(clean);
    }
  });

  it('keeps tables, pictures at hand, equations and links to the web', () => {
    const table = '<table><tbody><tr><td rowspan="2" class="a">1</td></tr></tbody></table>';
    expect(safeHtml(table)).toBe(table);
    const image = `<img src="data:image/png;base64,AA==" alt="a" width="3">`;
    expect(safeHtml(image)).toBe(image);
    expect(safeHtml('<a href="https://x.org/">x</a>')).toBe('<a href="https://x.org/">x</a>');
    const math = new MarkdownRenderer(NOTHING);
    const html = math.render(
      '$\\textcolor{red}{\\frac{\\alpha}{2}}$ and\n\n$$\\begin{matrix}1&2\\end{matrix}$$',
    );
    expect(html.match(/<math/g)).toHaveLength(2);
    expect(html).toMatch(/<mfrac>.*mathcolor="red"|mathcolor="red".*<mfrac>/);
    expect(html).toContain('<mtable');
    expect(html).not.toContain('\\frac'); // the source beside the equation
  });

  it('is dropped from links that would run something, whatever the spelling', () => {
    const page = new MarkdownRenderer(NOTHING);
    for (const link of [...LINKS, '[l](file:///etc/passwd)', '[l](data:text/html,x)']) {
      expect(page.render(link), link).not.toContain('href');
    }
    expect(page.render('[m](mailto:a@x.org) [bad](%E0%A4%A)')).toContain('href="mailto:a@x.org"');
  });

  it('is dropped from titles, cards and headings', () => {
    const title =
      '# A <img src=q onerror="ran.p=1"> [b](#c) <a title="x><i onclick=q>">d</a>\n\nOne <script>x</script>two.';
    const page = galleryPage(
      { name: 'a', notebook: notebookOf(text(title)), file: 'a.ipynb' },
      new MathStyles(),
    );
    for (const html of [page.title, page.sentence]) {
      expect(html).not.toMatch(/onerror|<script|<a\b|<i\b/);
    }
    expect(shownText(page.title).trim()).toMatch(/^A\s+b d$/);
  });

  it('leaves headings the names of properties of documents as ids', () => {
    const page = new MarkdownRenderer(NOTHING);
    expect(page.render('## Images')).toContain('<h2 id="images">');
  });
});

describe('files of notebooks', () => {
  it('are copied from the folder of the notebook only, pictures only, links followed', async () => {
    const root = path.join(folder, 'files');
    const picture = flatRgb(1, 1, [1, 2, 3]);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>parent.ran.q = 1</script></svg>';
    await writeTree(root, {
      'secret.png': picture,
      'book/in.png': picture,
      'book/sub/in.png': flatRgb(1, 1, [9, 9, 9]),
      'book/notes.txt': 'private',
      'book/drawn.svg': svg,
      'real/far.png': picture,
    });
    await symlink('../secret.png', path.join(root, 'book/link.png'));
    await symlink('loop.png', path.join(root, 'book/loop.png'));
    await symlink('../real', path.join(root, 'book/out'));
    await mkdir(path.join(root, 'book/folder.png'));
    const names = [
      ...['in.png', 'sub/in.png', '../secret.png', 'link.png', 'loop.png', 'out/far.png'],
      ...['notes.txt', 'folder.png', '%00.png', '%E0.png', path.join(root, 'secret.png')],
    ];
    const notebook = notebookOf(
      text(['# P', ...names.map((name) => `![p](${name})`), '![s](drawn.svg)'].join('\n\n')),
      code('1', { outputs: [display({ 'image/svg+xml': svg })] }),
    );
    const out = path.join(root, 'out');
    const file = path.join(root, 'book/p.ipynb');
    await writeGallery({ folder: out, notebooks: [{ name: 'p', notebook, file }] });
    const assets = (await readdir(path.join(out, 'assets'))).filter((name) =>
      name.startsWith('p-'),
    );
    expect(assets.sort()).toEqual(['p-in-2.png', 'p-in.png']);
    expect(await readdir(path.join(out, 'assets'))).not.toContain('p.svg');
    const html = await readFile(path.join(out, 'p.html'), 'utf8');
    expect(html.match(/class="absent"/g)).toHaveLength(names.length - 2);
    expect(html.match(/src="data:image\/svg\+xml;base64/g)).toHaveLength(2);
  });

  it('have a policy without inline code', async () => {
    const out = path.join(folder, 'policy');
    await writeGallery({ folder: out, notebooks: [] });
    const html = await readFile(path.join(out, 'index.html'), 'utf8');
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });
});

describe.skipIf(chromiumCommand === undefined)(chromiumTitle('a hostile notebook'), () => {
  const out = path.join(folder, 'hostile');
  let chromium: Chromium;

  beforeAll(async () => {
    const figure = {
      data: [{ type: 'bar', y: [1], name: '<img src=x onerror="ran.r=1">' }],
      layout: { title: { text: '<a href="javascript:ran.s=1">t</a>' }, height: 200 },
    };
    const outputs = [
      ...ATTACKS.map((html) => display({ 'text/html': html })),
      ...ATTACKS.map((html) => display({ 'text/markdown': html })),
      display({ 'text/latex': '$\\href{javascript:ran.t=1}{x}$' }),
      display({
        'application/vnd.plotly.v1+json': figure,
        'text/plain': '"><script>ran.u=1</script>',
      }),
    ];
    const notebook = notebookOf(
      text(`# H ${ATTACKS[1]}\n\nHello ${ATTACKS[0]} there.`),
      ...ATTACKS.map((html) => text(html)),
      text(LINKS.join('\n\n')),
      code('1', { outputs }),
    );
    const name = 'h" onclick="ran.v=1';
    await writeGallery({ folder: out, notebooks: [{ name, notebook, file: 'h.ipynb' }] });
    chromium = new Chromium();
  });

  afterAll(async () => {
    await chromium.close();
  });

  it.each(['index.html', 'h" onclick="ran.v=1.html'])('runs nothing in %s', async (name) => {
    const page = await chromium.open(path.join(out, name));
    const done = await page.evaluate<{ ran: object; figures: number; pressed: number }>(`
      new Promise((resolve) => {
        window.ran ??= {};
        const look = () => {
          if (!document.documentElement.dataset.drawn) { return setTimeout(look, 20); }
          const press = [...document.querySelectorAll('.press')];
          press.forEach((element) => element.click());
          setTimeout(() => resolve({
            ran, pressed: press.length, figures: document.querySelectorAll('.main-svg').length,
          }), 50);
        };
        look();
      })`);
    expect(done.ran).toEqual({});
    if (name !== 'index.html') {
      expect(done.pressed).toBeGreaterThan(0);
      expect(done.figures).toBeGreaterThan(0);
    }
    expect(
      page.errors.filter((text) => text.includes('ran') && !text.includes('FILE_NOT_FOUND')),
    ).toEqual([]);
    for (const address of page.requests) {
      expect(address).toMatch(/^(?:data:|blob:|file:\/\/)/);
    }
    await page.close();
  });
});
