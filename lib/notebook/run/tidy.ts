/** Makes executed notebooks small and equal from run to run, so that they can be committed. */
import { PLOTLY, type MimeBundle, type Notebook, type Output } from './notebook.js';

/** The field of a notebook's metadata that is ours. */
export const METADATA = 'autodeeplab';

/** A figure needs its data and a picture; the page that draws it, script and all, is left out. */
function tidyBundle(data: MimeBundle): MimeBundle {
  if (!(PLOTLY in data)) {
    return data;
  }
  return Object.fromEntries(Object.entries(data).filter(([type]) => type !== 'text/html'));
}

function tidyOutput(output: Output): Output {
  return 'data' in output ? { ...output, data: tidyBundle(output.data) } : output;
}

/**
 * An executed notebook as it is kept: figures as data and as a static picture, which GitHub, JupyterLab
 * and VS Code can all show, and the backend that computed the numbers.
 */
export function tidyNotebook(notebook: Notebook, backend: string | undefined): Notebook {
  const metadata = { ...notebook.metadata };
  delete metadata[METADATA];
  return {
    ...notebook,
    metadata: { ...metadata, ...(backend === undefined ? {} : { [METADATA]: { backend } }) },
    cells: notebook.cells.map((cell) =>
      cell.cell_type === 'code' ? { ...cell, outputs: cell.outputs.map(tidyOutput) } : cell,
    ),
  };
}

/** The backend that a kept notebook's outputs were made with. */
export function notedBackend({ metadata }: Notebook): string | undefined {
  const ours = metadata[METADATA];
  const backend =
    typeof ours === 'object' && ours !== null && 'backend' in ours ? ours.backend : undefined;
  return typeof backend === 'string' ? backend : undefined;
}
