import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../lib/errors.js';
import { findNotebook, listNotebooks } from '../../lib/notebook/run/find-notebooks.js';
import type { Notebook } from '../../lib/notebook/run/notebook.js';
import {
  declaredParameters,
  injectParameters,
  parseValue,
} from '../../lib/notebook/run/parameters.js';
import { parseNotebook, readNotebook } from '../../lib/notebook/run/read-notebook.js';
import { noteBackend, notedBackend } from '../../lib/notebook/run/noted-backend.js';
import { formatNotebook, writeNotebook } from '../../lib/notebook/run/write-notebook.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { code, codeCells, notebookOf, text } from './make-notebook.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const folder = temporaryFolder();

/** The text of a small notebook with something changed. */
function document(change: (notebook: Record<string, unknown>) => void = () => undefined): string {
  const notebook = JSON.parse(formatNotebook(notebookOf(text('# One'), code('1')))) as Record<
    string,
    unknown
  >;
  change(notebook);
  return JSON.stringify(notebook);
}

const cellsOf = (notebook: Record<string, unknown>) => notebook.cells as Record<string, unknown>[];

describe('reading and writing notebooks', () => {
  it('gives back to the byte what nbformat wrote', async () => {
    const file = path.join(fixtures, 'saved-by-jupyter.ipynb');
    const saved = await readFile(file, 'utf8');
    expect(formatNotebook(parseNotebook(saved, file))).toBe(saved);
  });

  it('joins lists of lines, but leaves the values of JSON types as they are', async () => {
    const notebook = await readNotebook(path.join(fixtures, 'saved-by-jupyter.ipynb'));
    const [, full] = codeCells(notebook);
    expect(full.source).toBe('const a = 1;\na');
    expect(full.outputs[0]).toMatchObject({ text: 'one\rtwo\n\nthree' });
    expect(full.outputs[2]).toMatchObject({
      data: { 'text/html': '<p>\n</p>', 'application/json': ['a', 'b'] },
    });
  });

  it('writes a file that reads as the same notebook', async () => {
    const file = path.join(folder, 'written.ipynb');
    const notebook = await readNotebook(path.join(fixtures, '00-hello.ipynb'));
    await writeNotebook(file, notebook);
    expect(await readNotebook(file)).toEqual(notebook);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{"cells": [', /^x\.ipynb: expected a notebook, got no JSON: /],
    ['a merge', '{\n<<<<<<< ours\n', /it holds the marks of a merge$/],
    ['a list', '[]', /got a mistake: .*object/i],
    ['an old format', document((n) => (n.nbformat = 3)), /at nbformat: expected 4; .*JupyterLab/],
    ['no cells', document((n) => delete n.cells), /at cells: expected a list of cells/],
    [
      'a cell of no type',
      document((n) => (cellsOf(n)[1].cell_type = 'heading')),
      /at cells\[1\]\.cell_type/,
    ],
    [
      'a cell without outputs',
      document((n) => delete cellsOf(n)[1].outputs),
      /at cells\[1\]\.outputs: expected a list of outputs/,
    ],
    [
      'an output of no type',
      document((n) => (cellsOf(n)[1].outputs = [{ output_type: 'pyout' }])),
      /at cells\[1\]\.outputs\[0\]\.output_type/,
    ],
    [
      'tags that are no list',
      document((n) => (cellsOf(n)[0].metadata = { tags: 'a' })),
      /at cells\[0\]\.metadata\.tags: expected a list of tags/,
    ],
    [
      'two cells of one id',
      document((n) => (cellsOf(n)[1].id = 'cell-0')),
      /cells\[1\]\.id: expected an id of its own, got "cell-0", which cells\[0\] has/,
    ],
  ])('names the place of a mistake: %s', (_, content, message) => {
    expect(() => parseNotebook(content, 'x.ipynb')).toThrow(DataError);
    expect(() => parseNotebook(content, 'x.ipynb')).toThrow(message);
  });

  it('gives the cells of older notebooks ids that depend on their places only', () => {
    const old = document((n) => {
      n.nbformat_minor = 4;
      for (const cell of cellsOf(n)) {
        delete cell.id;
      }
    });
    const notebook = parseNotebook(old, 'old.ipynb');
    expect(notebook.nbformat_minor).toBe(5);
    expect(notebook.cells.map(({ id }) => id)).toEqual(['cell-0', 'cell-1']);
  });

  it('says that a file is missing', async () => {
    const file = path.join(folder, 'absent.ipynb');
    await expect(readNotebook(file)).rejects.toThrow(/^cannot read .*absent\.ipynb: no such file/);
  });
});

describe('parameters', () => {
  const declaring = code(
    [
      "const dataRoot = ''; // a folder",
      'const epochs = 8;',
      "const preset: 'tiny' | 'paper' = 'tiny';",
      'let isLong: boolean = false',
      'const rates = [0.1, 0.2];',
      'const half = (x: number) => x / 2;',
      '  const inner = 1;',
      '// const commented = 1;',
    ].join('\n'),
    { tags: ['parameters'] },
  );
  const notebook = notebookOf(text('# P'), declaring, code('epochs'));

  it('are the declarations at the beginning of lines, with type, default and comment', () => {
    const found = declaredParameters(notebook);
    expect(found.map(({ name }) => name)).toEqual([
      ...['dataRoot', 'epochs', 'preset', 'isLong', 'rates', 'half'],
    ]);
    expect(found[0]).toEqual({
      name: 'dataRoot',
      type: undefined,
      source: "''",
      kind: 'string',
      comment: 'a folder',
    });
    expect(found.map(({ kind }) => kind)).toEqual([
      ...['string', 'number', undefined, 'boolean', undefined, undefined],
    ]);
    expect(found[2].type).toBe("'tiny' | 'paper'");
  });

  it('are declared again, types kept, in a cell after the declaring one', () => {
    const values = { epochs: 2, preset: 'paper', dataRoot: 'a "b"\n', rates: [1] };
    const { cells } = injectParameters(notebook, values, 'p.ipynb');
    expect(cells).toHaveLength(4);
    expect(cells[2].metadata.tags).toEqual(['injected-parameters']);
    expect(cells[2].source.split('\n').slice(1)).toEqual([
      'const epochs = 2;',
      `const preset: 'tiny' | 'paper' = "paper";`,
      String.raw`const dataRoot = "a \"b\"\n";`,
      'const rates = [1];',
    ]);
  });

  it('replace those that were given before', () => {
    const first = injectParameters(notebook, { epochs: 2 }, 'p.ipynb');
    const second = injectParameters(first, { epochs: 3 }, 'p.ipynb');
    expect(second.cells).toHaveLength(4);
    expect(second.cells[2].source).toContain('epochs = 3');
    expect(injectParameters(second, {}, 'p.ipynb')).toEqual(notebook);
  });

  it.each<[Record<string, string | number>, RegExp]>([
    [{ epoch: 2 }, /^p\.ipynb: expected a parameter .*got epoch; did you mean epochs\?$/],
    [{ somethingElse: 2 }, /got somethingElse$/],
    [{ epochs: 'many' }, /expected a number for epochs \(as in epochs = 8\), got "many"$/],
    [{ isLong: 1 }, /expected a boolean for isLong/],
    [{ epochs: Infinity }, /expected a number below 1.79\d+e\+308 for epochs, got Infinity/],
    [{ epochs: -Infinity }, /got -Infinity/],
  ])('must be declared and of the kind of their defaults: %o', (values, message) => {
    expect(() => injectParameters(notebook, values, 'p.ipynb')).toThrow(ConfigError);
    expect(() => injectParameters(notebook, values, 'p.ipynb')).toThrow(message);
  });

  it('cannot be given to a notebook that declares none', () => {
    expect(() => injectParameters(notebookOf(code('1')), { a: 1 }, 'p.ipynb')).toThrow(
      /expected a notebook with a cell tagged "parameters"/,
    );
  });

  it('are JSON on a command line if that parses, and texts where the default is a text', () => {
    expect(parseValue('4', 'number')).toBe(4);
    expect(parseValue('[1, 2]', undefined)).toEqual([1, 2]);
    expect(parseValue('/data/city', 'string')).toBe('/data/city');
    expect(parseValue('2012', 'string')).toBe('2012');
    expect(parseValue('"2012"', 'string')).toBe('2012');
    expect(parseValue('9007199254740993', 'string')).toBe('9007199254740993');
    expect(parseValue('9007199254740992', 'number')).toBe(2 ** 53);
    expect(parseValue('1e20', 'number')).toBe(1e20);
    expect(() => parseValue('9007199254740993', 'number')).toThrow(
      /stays the same in double precision, got 9007199254740993, which becomes 9007199254740992/,
    );
    expect(() => parseValue('9007199254740993', undefined)).toThrow(ConfigError);
  });
});

describe('finding notebooks', () => {
  const files = ['00-start-here', '04-decoding', '10-own-images'].map((n) => `nb/${n}.ipynb`);

  it.each([
    ['4', 1],
    ['04', 1],
    ['0', 0],
    ['10', 2],
    ['decoding', 1],
    ['04-decoding', 1],
    ['04-decoding.ipynb', 1],
  ])('takes %s for the notebook at place %i', (wanted, place) => {
    expect(findNotebook(wanted, files)).toBe(files[place]);
  });

  it('takes a path to any notebook', () => {
    const file = path.join(fixtures, '01-figure.ipynb');
    expect(findNotebook(file, files)).toBe(file);
  });

  it('names all, and the nearest, where there is none such', () => {
    expect(() => findNotebook('decodin', files)).toThrow(
      /00-start-here, 04-decoding, 10-own-images, got "decodin"; did you mean decoding\?/,
    );
    expect(() => findNotebook('7', files)).toThrow(ConfigError);
  });

  it('lists a folder in reading order', async () => {
    for (const name of ['b.ipynb', '10-a.ipynb', '09-z.ipynb', '.hidden.ipynb', 'x.txt']) {
      await writeFile(path.join(folder, name), '');
    }
    const names = (await listNotebooks(folder)).map((file) => path.basename(file));
    expect(names.filter((name) => name !== 'written.ipynb')).toEqual([
      ...['09-z.ipynb', '10-a.ipynb', 'b.ipynb'],
    ]);
  });
});

describe('keeping executed notebooks', () => {
  const executed: Notebook = notebookOf(code('1'));

  it('notes the backend', () => {
    expect(notedBackend(noteBackend(executed, 'wasm'))).toBe('wasm');
    expect(notedBackend(noteBackend(noteBackend(executed, 'wasm'), undefined))).toBeUndefined();
  });
});
