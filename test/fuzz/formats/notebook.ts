import { parseNotebook } from '#lib/notebook/run/read-notebook.js';
import { declaredParameters } from '#lib/notebook/run/parameters.js';
import { decodeText } from '#lib/files/text-file.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'notebook.ipynb';

const code = (id: string, source: unknown, outputs: readonly unknown[]) => ({
  cell_type: 'code',
  id,
  metadata: { tags: ['parameters'] },
  source,
  execution_count: 1,
  outputs,
});

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'autodeeplab', display_name: 'TypeScript' } },
  cells: [
    { cell_type: 'markdown', id: 'a', metadata: {}, source: ['# Title\n', 'text'] },
    code(
      'b',
      ['const steps = 5;\n', 'steps'],
      [
        { output_type: 'stream', name: 'stdout', text: ['1\n', '2'] },
        {
          output_type: 'execute_result',
          execution_count: 1,
          data: { 'text/plain': '5', 'application/json': { a: [1] } },
          metadata: {},
        },
        { output_type: 'error', ename: 'Error', evalue: 'x', traceback: ['x'] },
      ],
    ),
    { cell_type: 'raw', id: 'c', metadata: {}, source: 'raw' },
  ],
};

const OLD = {
  nbformat: 4,
  nbformat_minor: 2,
  metadata: {},
  cells: [{ cell_type: 'code', metadata: {}, source: '1', execution_count: null, outputs: [] }],
};

/** A notebook. */
export const NOTEBOOK_FORMAT: FuzzFormat = {
  name: 'notebook',
  module: import.meta.url,
  readers: 'parseNotebook, declaredParameters',
  seeds: () =>
    Promise.resolve([
      single(FILE, JSON.stringify(NOTEBOOK, undefined, 1)),
      single(FILE, JSON.stringify(OLD)),
    ]),
  isOnDisk: false,
  read({ files }) {
    const notebook = parseNotebook(decodeText(files[FILE], FILE), FILE);
    return [notebook, declaredParameters(notebook)];
  },
  limitMiB: 256,
};
