/** Figures as files. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../../errors.js';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { fileError } from '../../files/file-error.js';
import type { Figure } from '../figure.js';
import { figureTitle } from './bundle.js';
import { figurePage } from './page.js';
import { shownFigure } from './plain-figure.js';
import { figureToPng, figureToSvg, type RenderPngOptions } from './render.js';

/** The content of a figure's file by its extension. */
const FORMATS: Readonly<
  Record<string, (figure: Figure, options: RenderPngOptions) => Promise<string | Uint8Array>>
> = {
  '.svg': figureToSvg,
  '.png': figureToPng,
  '.html': (figure, { theme = 'light' }) =>
    figurePage([figure], { theme, title: figureTitle(figure).split(' · ')[0] }),
  '.json': (figure, options) =>
    Promise.resolve(`${JSON.stringify(shownFigure(figure, options))}\n`),
};

/**
 * Writes a figure to a file: `.svg` and `.png` are pictures, `.html` is an interactive page that
 * needs no network, `.json` is the figure as plotly takes it, in any language.
 *
 * @returns the absolute path of the file
 * @throws {@link ConfigError} if the extension is another
 * @throws {@link DataError} if the file cannot be written
 *
 * @example
 * await saveFigure(trellisFigure(createTrellis({ layers: 12 })), 'out/trellis.svg');
 */
export async function saveFigure(
  figure: Figure,
  file: string,
  options: RenderPngOptions = {},
): Promise<string> {
  const extension = path.extname(file).toLowerCase();
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined) {
    const known = Object.keys(FORMATS).join(', ');
    throw new ConfigError(`saveFigure: expected a file name that ends in ${known}, got ${file}`);
  }
  const content = await format(figure, options);
  const target = path.resolve(file);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFileAtomic(target, content);
  } catch (error) {
    throw fileError('write', target, error);
  }
  return target;
}
