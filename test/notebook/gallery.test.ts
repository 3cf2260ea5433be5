import katex from 'katex';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { galleryPage, thumbnailOf } from '../../lib/notebook/gallery/gallery-page.js';
import { readIntroduction } from '../../lib/notebook/gallery/introduction.js';
import { anchor, MarkdownRenderer } from '../../lib/notebook/gallery/markdown.js';
import { MathStyles } from '../../lib/notebook/gallery/math.js';
import { renderOutput, terminalText } from '../../lib/notebook/gallery/outputs.js';
import { writeGallery } from '../../lib/notebook/gallery/write-gallery.js';
import type { Cell, Json, Output } from '../../lib/notebook/run/notebook.js';
import { flatRgb } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { code, notebookOf, printed, text } from './make-notebook.js';

const folder = temporaryFolder();
const picture = flatRgb(2, 1, [200, 0, 0]).toString('base64');

const display = (data: Record<string, Json>, metadata: Record<string, Json> = {}): Output => ({
  output_type: 'display_data',
  data,
  metadata,
});

/** A renderer whose links and pictures are found in `found`. */
function renderer(found: Record<string, string> = {}): MarkdownRenderer {
  const math = new MathStyles();
  return new MarkdownRenderer({
    link: (href) => found[href],
    image: (source) => found[source],
    math,
  });
}

describe('text cells', () => {
  it('turns equations into HTML and MathML, in lines and on lines of their own', () => {
    const html = renderer().render('With $\\alpha_1$ and\n\n$$\n\\sum_k \\alpha_k = 1\n$$\n\nend.');
    expect(html.match(/<math/g)).toHaveLength(2);
    expect(html.match(/display="block"/g)).toHaveLength(1);
    expect(html).toContain('<mo>∑</mo>');
    expect(html).not.toContain('$');
    expect(html.match(/class="katex-html"/g)).toHaveLength(2);
    expect(html).not.toContain('annotation');
  });

  it('have classes in place of the styles of equations, with the same meaning', () => {
    const page = renderer();
    const html = page.render('$\\sum_{k}^{n} \\sqrt{x}$');
    expect(html).not.toContain('style=');
    const sheet = page.context.math.styleSheet();
    const styles = katex.renderToString('\\sum_{k}^{n} \\sqrt{x}').matchAll(/ style="([^"]*)"/g);
    const wanted = [...styles].map(([, style]) => style);
    expect(wanted.length).toBeGreaterThan(10);
    const rules = new Map(
      [...sheet.matchAll(/^\.katex \.(m\w+)\.\1 \{ (.*) \}$/gm)].map((rule) => [rule[1], rule[2]]),
    );
    const used = [...html.matchAll(/class="(m[0-9a-f]{8})\b/g)].map(([, name]) => rules.get(name));
    expect(used).toEqual(wanted);
  });

  it('leaves prices, code and emphasis beside equations alone', () => {
    const html = renderer().render('It costs $5 and $6. `$x$` and *a* $a_1 * b_1 * c$.');
    expect(html).toContain('It costs $5 and $6.');
    expect(html).toContain('<code>$x$</code>');
    expect(html.match(/<em>/g)).toHaveLength(1);
    expect(html.match(/<math/g)).toHaveLength(1);
  });

  it('marks an equation that cannot be read, with the reason', () => {
    const html = renderer().render('$\\frac{1$');
    expect(html).toMatch(/<code class="mistake" title="[^"]*">\\frac{1<\/code>/);
  });

  it('gives headings ids as GitHub does, each its own', () => {
    const page = renderer();
    page.render('# The *first*: α & β\n\n## Again\n\n## Again');
    expect(page.headings.map(({ level, id }) => [level, id])).toEqual([
      ...[
        [1, 'the-first-α--β'],
        [2, 'again'],
        [2, 'again-1'],
      ],
    ]);
    expect(anchor('Parameters of a run')).toBe('parameters-of-a-run');
    page.render('## With $\\beta$');
    expect(page.headings.at(-1)?.id).toBe('with-β'); // once, though it stands there twice
  });

  it('follows links to other pages and to headings, and drops those to nowhere', () => {
    const page = renderer({ '01-a.ipynb': '01-a.html' });
    const html = page.render('[a](01-a.ipynb) [b](#Two-Words) [c](gone.md) [d](https://x.org/)');
    expect(html).toContain('<a href="01-a.html">a</a>');
    expect(html).toContain('<a href="#two-words">b</a>');
    expect(html).toContain('> c <');
    expect(html).toContain('<a href="https://x.org/">d</a>');
  });

  it('shows pictures that lie at hand, and fetches none', () => {
    const page = renderer({ 'a.png': 'assets/a.png' });
    const attachments = { 'b.png': { 'image/png': picture } };
    const html = page.render(
      '![A](a.png) ![B](attachment:b.png) ![C](https://x.org/c.png)',
      attachments,
    );
    expect(html).toContain('<img src="assets/a.png" alt="A">');
    expect(html).toContain(`src="data:image/png;base64,${picture}"`);
    expect(html).toContain('[picture: C]');
    expect(html).not.toContain('x.org');
  });

  it('marks words of code, and escapes it', () => {
    const html = renderer().render('```ts\nconst a = b < c;\n```');
    expect(html).toContain('<span class="hljs-keyword">const</span>');
    expect(html).toContain('&lt; c');
  });
});

describe('outputs', () => {
  const render = (output: Output) => renderOutput(output, renderer());

  it('are text as a terminal leaves it', () => {
    expect(terminalText('\x1b[31mred\x1b[0m\n10 %\r20 %\rdone\nx\r\ny')).toBe('red\ndone\nx\ny');
    expect(render(printed('<b>\n'))).toBe('<pre class="stdout">&lt;b&gt;</pre>');
  });

  it('are the best of the forms that they come in', () => {
    const html = { 'text/html': '<table></table>', 'text/plain': 't' };
    expect(render(display(html))).toContain('<table></table>');
    expect(render(display({ 'text/markdown': '*m*', 'text/plain': 't' }))).toContain('<em>m</em>');
    expect(render(display({ 'text/latex': '$$x$$', 'text/plain': 't' }))).toContain('<math');
    expect(render(display({ 'text/plain': 't' }))).toBe('<pre class="stdout">t</pre>');
    const image = display(
      { 'image/png': picture, 'text/plain': 'A "red" line' },
      { 'image/png': { width: 20 } },
    );
    expect(render(image)).toContain('alt="A &quot;red&quot; line" width="20"');
  });

  it('are figures as data, with their picture where there are no scripts', () => {
    const figure = { data: [{ type: 'bar', y: [1], name: '</script>' }], layout: {} };
    const html = render(
      display({
        'application/vnd.plotly.v1+json': figure,
        'image/png': picture,
        'text/html': '<script>never</script>',
        'text/plain': 'Bars',
      }),
    );
    expect(html).toContain(`<div class="still"><img alt="Bars" src="data:image/png;base64,`);
    expect(html).not.toContain('never');
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    const [, json] = /<script type="application\/json">(.*)<\/script>/.exec(html)!;
    expect(JSON.parse(json)).toMatchObject({ data: figure.data });
  });

  it('are the picture of a figure that plotly.js could not draw', () => {
    const odd: Json[] = [null, 5, 'x', [], {}, { data: {} }, { data: [], layout: 'x' }];
    for (const figure of [...odd, { data: [], frames: {} }, { data: [], frames: [null] }]) {
      const types = { 'application/vnd.plotly.v1+json': figure, 'text/html': '<p>by scripts</p>' };
      const output = display({ ...types, 'image/png': picture, 'text/plain': 'Bars' });
      expect(render(output)).toMatch(/^<div class="picture"><img alt="Bars"/);
      expect(render(display({ ...types, 'text/plain': 'Bars' }))).toContain('<p>by scripts</p>');
      const notebook = notebookOf(code('1', { outputs: [output] }));
      const entry = { name: 'x', notebook, file: 'x.ipynb' };
      expect(galleryPage(entry, new MathStyles()).hasFigures).toBe(false);
    }
    for (const parts of [{}, { layout: null, frames: null }, { layout: { title: null } }]) {
      const figure = { data: [], ...parts };
      const html = render(display({ 'application/vnd.plotly.v1+json': figure }));
      expect(html).toMatch(/^<figure class="plot".*"layout":\{/);
    }
  });

  it('are texts that wrap, but not in columns, and folded when they are long', () => {
    expect(render(printed('one  two\nthree'))).toBe('<pre class="stdout">one  two\nthree</pre>');
    const columns = 'layer  stride  cell\n1      4       keeps';
    expect(render(printed(columns))).toBe(`<pre class="stdout columns">${columns}</pre>`);
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `line ${i}`).join('\n');
    expect(render(printed(lines(60)))).toMatch(/^<pre/);
    const long = render(printed(lines(61)));
    expect(long).toContain('line 60</pre>');
    expect(long).toMatch(/^<div class="long"><pre.*show all 61 lines.*show fewer/s);
  });

  it('are errors with their lines', () => {
    const error: Output = {
      output_type: 'error',
      ename: 'E',
      evalue: 'v',
      traceback: ['E: v', '  at <cell>'],
    };
    expect(render(error)).toBe('<pre class="error">E: v\n  at &lt;cell&gt;</pre>');
  });
});

describe('the card of a notebook', () => {
  const page = (...cells: Cell[]) =>
    galleryPage(
      { name: '03-x', notebook: notebookOf(...cells), file: '03-x.ipynb' },
      new MathStyles(),
    );

  it('has the title without its number, and the first sentence', () => {
    const { title, sentence } = page(
      text(
        '# 03 · Searching with $\\alpha$\n\n**Weights** learn: both kinds, e.g. `w`. Then more.',
      ),
    );
    expect(title).toMatch(/^Searching with <span class="katex"><span class="katex-mathml"><math/);
    expect(sentence).toBe('<strong>Weights</strong> learn: both kinds, e.g. <code>w</code>.');
  });

  it('has the name of a notebook without a title', () => {
    expect(page(code('1'))).toMatchObject({ title: '03-x', sentence: '', hasFigures: false });
  });

  it('has the first picture, or that of the cell tagged "thumbnail"', () => {
    const png = (data: string) => display({ 'image/png': data });
    const [a, b] = [png(picture), png(flatRgb(1, 1, [0, 0, 9]).toString('base64'))];
    const cells = [code('1', { outputs: [printed('x'), a] }), code('2', { outputs: [b] })];
    expect(thumbnailOf(notebookOf(...cells))?.bytes.toString('base64')).toBe(picture);
    const tagged = code('2', { outputs: [b], tags: ['thumbnail'] });
    expect(thumbnailOf(notebookOf(cells[0], tagged))?.bytes.toString('base64')).not.toBe(picture);
  });
});

describe('the gallery', () => {
  it('has relative links only, to files that are there', async () => {
    const home = path.join(folder, 'notebooks');
    const out = path.join(folder, 'out', 'gallery');
    await writeTree(home, { 'a b.png': flatRgb(1, 1, [1, 2, 3]), 'notes.md': 'notes' });
    const first = notebookOf(
      text('# 00 First\n\n[next](01-second.ipynb#Part-One) ![p](a%20b.png) [notes](notes.md#x)'),
      code('1', { outputs: [display({ 'image/png': picture })] }),
    );
    const second = notebookOf(text('# 01 Second\n\n## Part one\n\n[back](./00-first.ipynb)'));
    const index = await writeGallery({
      folder: out,
      notebooks: [
        { name: '00-first', notebook: first, file: path.join(home, '00-first.ipynb'), seconds: 61 },
        { name: '01-second', notebook: second, file: path.join(home, '01-second.ipynb') },
      ],
    });
    expect(index).toBe(path.join(out, 'index.html'));
    const pages = ['index.html', '00-first.html', '01-second.html'];
    const addresses: string[] = [];
    for (const page of pages) {
      const html = await readFile(path.join(out, page), 'utf8');
      for (const [, address] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
        if (address.startsWith('data:') || address.startsWith('#')) {
          continue;
        }
        expect(address).not.toMatch(/^(?:[a-z]+:|\/)/);
        addresses.push(address);
        const file = path.join(out, decodeURIComponent(address.split('#')[0]));
        await expect(readFile(file), address).resolves.toBeInstanceOf(Buffer);
      }
    }
    expect(addresses).toEqual(
      expect.arrayContaining([
        ...['01-second.html#part-one', 'assets/00-first-a%20b.png', 'assets/00-first.png'],
        ...['../../notebooks/notes.md#x', 'index.html', 'assets/style.css'],
      ]),
    );
    expect(await readFile(index, 'utf8')).toContain('1 min 1 s');
  });

  it('begins with what the README of the notebooks says, and how long each takes to read', async () => {
    const [home, out] = [path.join(folder, 'course'), path.join(folder, 'out', 'course')];
    const readme =
      '# Title\nFor *readers*.\n\n| a |\n| - |\n| b |\n\nSee [one](01-one.ipynb).\n\n## Section\n\nNot this.\n';
    await writeTree(home, { 'README.md': readme });
    const introduction = await readIntroduction(home);
    expect(introduction).toEqual({
      file: path.join(home, 'README.md'),
      text: 'For *readers*.\n\nSee [one](01-one.ipynb).',
    });
    const words = 'word '.repeat(500);
    const folded = `<details>\n<summary>Solution</summary>\n\n${words}\n\n</details>`;
    const notebook = notebookOf(
      text(`# 01 One\n\n${words}`),
      code('a\n\n'.repeat(60)),
      text(folded),
    );
    const file = path.join(home, '01-one.ipynb');
    const notebooks = [{ name: '01-one', notebook, file, seconds: 61 }];
    const index = await readFile(
      await writeGallery({ folder: out, notebooks, introduction }),
      'utf8',
    );
    expect(index).toContain('<p>For <em>readers</em>.</p>');
    expect(index).toContain('<p>See <a href="01-one.html">one</a>.</p>');
    expect(index).not.toContain('Not this');
    // 503 words and 60 lines: 2.8 + 5 minutes
    expect(index).toContain('10 min to read · ran 1 min 1 s');
    expect(await readIntroduction(folder)).toBeUndefined();
  });

  it('says that it cannot be written', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await expect(writeGallery({ folder: file, notebooks: [] })).rejects.toThrow(/^cannot write /);
  });
});
