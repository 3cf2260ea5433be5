/** Notebooks for tests. */
import type { Cell, CodeCell, Notebook, Output } from '../../lib/notebook/run/notebook.js';

/** A code cell. */
export function code(
  source: string,
  options: { tags?: string[]; outputs?: Output[] } = {},
): CodeCell {
  const { tags, outputs = [] } = options;
  return {
    cell_type: 'code',
    id: '',
    source,
    outputs,
    execution_count: null,
    metadata: tags ? { tags } : {},
  };
}

/** A text cell. */
export function text(source: string): Cell {
  return { cell_type: 'markdown', id: '', source, metadata: {} };
}

/** Text on standard output. */
export function printed(text: string): Output {
  return { output_type: 'stream', name: 'stdout', text };
}

/** A notebook of cells, which get ids by their places. */
export function notebookOf(...cells: readonly Cell[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell, i) => ({ ...cell, id: `cell-${i}` })),
  };
}

/** The code cells of a notebook. */
export function codeCells({ cells }: Notebook): CodeCell[] {
  return cells.filter((cell) => cell.cell_type === 'code');
}
