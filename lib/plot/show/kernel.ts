/** The notebook kernel that this program runs in, if it does. */
import { createRequire } from 'node:module';
import path from 'node:path';

/** One output, as Jupyter's protocol has it. */
export interface DisplayData {
  readonly data: object;
  readonly metadata: object;
  readonly transient: { readonly display_id?: string };
}

/** Sends an output to the notebook; `update` replaces those of the same display id. */
export type WriteDisplayData = (content: DisplayData, update?: boolean) => void;

const JUPYTER_MODULE = path.join('tslab', 'dist', 'jupyter.js');

/**
 * What sends an output of the running cell to the notebook, or undefined outside a notebook.
 *
 * tslab's public interface sends one MIME type at a time; a figure is several. What sends them is a
 * variable of the kernel's own module, which is looked up where it is loaded already: loading a
 * second copy would find nothing.
 */
export function writeDisplayData(): WriteDisplayData | undefined {
  const loaded = createRequire(import.meta.url).cache;
  for (const [file, module] of Object.entries(loaded)) {
    if (file.endsWith(JUPYTER_MODULE)) {
      const { lastWriteDisplayData } = (module?.exports ?? {}) as {
        lastWriteDisplayData?: WriteDisplayData | null;
      };
      if (lastWriteDisplayData != null) {
        return lastWriteDisplayData;
      }
    }
  }
  return undefined;
}
