/** Figures in notebooks. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Figure } from '../figure.js';
import { figureOutput, resolveTheme, type ShowOptions } from './bundle.js';
import { writeDisplayData } from './kernel.js';
import { saveFigure } from './save.js';

/**
 * Shows figures below the notebook cell that runs, one below the other, in any viewer: interactive in
 * JupyterLab, by an extension that `kernel install` and `lab` put beside the kernel, in VS Code
 * and in the gallery; as a picture everywhere else, such as in exported HTML and on GitHub.
 *
 * Outside a notebook, each figure becomes an interactive page in the folder for temporary files, and
 * its address is printed.
 *
 * @throws {@link ConfigError} if `AUTODEEPLAB_THEME` has an unknown value
 *
 * @example
 * await show(cellFigure(publishedArchitecture.genotype));
 */
export async function show(
  figures: Figure | readonly Figure[],
  options: ShowOptions = {},
): Promise<void> {
  const list = 'data' in figures ? [figures] : figures;
  for (const figure of list) {
    const write = writeDisplayData();
    if (write === undefined) {
      await showOutside(figure, options);
    } else {
      write({ ...(await figureOutput(figure, options)), transient: {} });
    }
  }
}

let folder: Promise<string> | undefined;
let count = 0;

/** Writes a page and prints where it is. */
export async function showOutside(figure: Figure, options: ShowOptions): Promise<void> {
  const theme = resolveTheme(options);
  folder ??= mkdtemp(path.join(tmpdir(), 'autodeeplab-figures-'));
  const file = path.join(await folder, `figure-${++count}.html`);
  await saveFigure(figure, file, { theme });
  process.stdout.write(`Figure: ${pathToFileURL(file).href}\n`);
}
