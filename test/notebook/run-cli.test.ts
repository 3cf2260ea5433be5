import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNotebook } from '../../lib/notebook/run/read-notebook.js';
import { writeNotebook } from '../../lib/notebook/run/write-notebook.js';
import { autodeeplabHere } from '../cli/command-line.js';
import { autodeeplab, ensureCompiled } from '../cli/compiled-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { code, codeCells, notebookOf, printed, text } from './make-notebook.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const folder = temporaryFolder();
const notebooks = path.join(folder, 'notebooks');
const hello = path.join(notebooks, '00-hello.ipynb');
const failing = path.join(folder, 'failing', '05-failing.ipynb');

const notebook = (...args: string[]) =>
  autodeeplabHere(['notebook', ...args, '--folder', notebooks]);

beforeAll(async () => {
  ensureCompiled(); // the cells run in a compiled process
  // Without the library, whose types take a kernel seconds to read; test/notebook/run.test.ts has it.
  const source = await readFile(path.join(fixtures, '00-hello.ipynb'), 'utf8');
  await mkdir(notebooks);
  await writeFile(
    hello,
    source
      .replace("import { countPaths } from 'autodeeplab';\\n", '')
      .replace('countPaths(layers)', 'layers < 4 ? 13n : 75025n'),
  );
  await cp(hello, failing, { recursive: true });
  await writeNotebook(
    failing,
    notebookOf(text('# Failing'), code('const a = 1;'), code("throw new Error('broken');")),
  );
});

describe('autodeeplab notebook', () => {
  it('lists notebooks with their parameters', async () => {
    const { output } = await notebook('list');
    expect(output.split('\n')).toEqual([
      '00-hello: Hello',
      '    layers = 12  layers of the search space',
      "    label = ''",
      "    mode = 'tiny'",
      '',
    ]);
  });

  it('runs one with other parameters and writes it, and pages', async () => {
    const out = path.join(folder, 'out');
    const { code, output, errors } = await notebook(
      ...['run', '0', '--set', 'layers=3', '--set', 'label=7', '--set', 'mode=paper'],
      ...['--out', out, '--html'],
    );
    expect(code).toBe(0);
    expect(errors.join('\n')).toMatch(/^00-hello {2}6 cells, \d+ s$/);
    expect(output.trim()).toBe(path.join(out, 'index.html'));
    const executed = await readNotebook(path.join(out, '00-hello.ipynb'));
    expect(codeCells(executed)[2].outputs).toEqual([
      printed('3 layers, label "7", mode paper\n13n\n'),
    ]);
    expect(await readFile(path.join(out, '00-hello.html'), 'utf8')).toContain('mode paper');
  });

  it('keeps outputs in place, and proves that they are reproducible', async () => {
    expect((await notebook('run', 'hello', '--in-place')).code).toBe(0);
    const kept = await readFile(hello, 'utf8');
    expect(kept).toContain('75025n');
    const again = await notebook('run', '--check');
    expect(again.errors.at(-1)).toMatch(/^00-hello {2}5 cells, \d+ s, outputs as kept$/);
    expect(again.code).toBe(0);
    expect(await readFile(hello, 'utf8')).toBe(kept); // nothing is written

    await writeFile(hello, kept.replace('75025n', '75026n').replace('0.123 s', '99 s'));
    const differing = await notebook('run', '--check', '--tolerance', '1e-9');
    expect(differing.code).toBe(1);
    expect(differing.errors.join('\n')).toMatch(
      /00-hello: cell 2, output 1, line 2: 75026n and 75025n are .*\n[\s\S]*- 75026n\n\+ 75025n/,
    );
  });

  it('shows the cell that fails, and ends with code 1', async () => {
    const { code, errors } = await autodeeplabHere([
      ...['notebook', 'run', failing, '--out', path.join(folder, 'failed')],
    ]);
    expect(code).toBe(1);
    expect(errors.join('\n')).toMatch(
      /^05-failing {2}failed in cell 2 of 2, \d+ s\n\n05-failing failed in cell 2 of 2\n\n {4}throw new Error\('broken'\);\n\nError: broken\n/,
    );
    const executed = await readNotebook(path.join(folder, 'failed', '05-failing.ipynb'));
    expect(codeCells(executed)[1].outputs).toMatchObject([{ evalue: 'broken' }]);
  });

  it.each<[string[], RegExp]>([
    [['run', 'helo'], /^error: notebook: .*did you mean hello\?$/],
    [['run', '0', '--set', 'layer=3'], /^error: --set layer: .*did you mean layers\?$/],
    [['run', '0', '--set', 'layers=x'], /^error: 00-hello\.ipynb: expected a number for layers/],
    [['run', '0', '--in-place', '--set', 'layers=3'], /^error: notebook run: expected --in-place/],
  ])('explains mistakes in one line: %o', async (args, message) => {
    const { code, errors } = await notebook(...args);
    expect(code).toBe(1);
    expect(errors.at(-1)).toMatch(message);
  });

  it('stops everything at Ctrl-C', async () => {
    const long = path.join(folder, 'long', 'long.ipynb');
    await cp(hello, long, { recursive: true });
    const interrupt = "process.kill(process.ppid, 'SIGINT');\n"; // as Ctrl-C does
    const loop = 'for (;;) await new Promise((done) => setTimeout(done, 10));';
    await writeNotebook(long, notebookOf(code('1'), code(interrupt + loop)));
    const out = path.join(folder, 'stopped');
    const { code: exit, errors } = await autodeeplab([
      ...['notebook', 'run', long, '0', '--folder', notebooks, '--out', out],
    ]);
    expect(errors).toEqual([
      'stopping; interrupt again to stop at once',
      expect.stringMatching(/^long {6}stopped in cell 2 of 2, \d+ s$/),
      'interrupted; the notebooks that finished are kept',
    ]);
    expect(exit).toBe(130);
  });
});

describe('autodeeplab tutorial', () => {
  it('runs all notebooks in order and makes a gallery', async () => {
    const out = path.join(folder, 'tutorial');
    const { code, output } = await autodeeplabHere([
      'tutorial',
      '--folder',
      path.dirname(failing),
      '--out',
      out,
    ]);
    expect(code).toBe(1);
    expect(output).toMatch(/05-failing +failed in cell 2 +\d+ s/);
    expect(output).toContain(`open ${path.join(out, 'index.html')} in a browser`);
    const results = JSON.parse(await readFile(path.join(out, 'tutorial.json'), 'utf8')) as unknown;
    expect(results).toMatchObject({
      isComplete: false,
      notebooks: [{ name: '05-failing', failure: { kind: 'error', cell: 2 } }],
    });
    const page = await readFile(path.join(out, 'index.html'), 'utf8');
    expect(page).toContain('did not run to its end');
  });
});
