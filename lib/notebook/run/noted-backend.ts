/** The backend in the metadata of executed notebooks. */
import type { Notebook } from './notebook.js';

/** The field of a notebook's metadata that is ours. */
export const METADATA = 'autodeeplab';

/** An executed notebook as it is kept: with the backend that computed the numbers. */
export function noteBackend(notebook: Notebook, backend: string | undefined): Notebook {
  const metadata = { ...notebook.metadata };
  delete metadata[METADATA];
  return {
    ...notebook,
    metadata: { ...metadata, ...(backend === undefined ? {} : { [METADATA]: { backend } }) },
  };
}

/** The backend that a kept notebook's outputs were made with. */
export function notedBackend({ metadata }: Notebook): string | undefined {
  const ours = metadata[METADATA];
  const backend =
    typeof ours === 'object' && ours !== null && 'backend' in ours ? ours.backend : undefined;
  return typeof backend === 'string' ? backend : undefined;
}
