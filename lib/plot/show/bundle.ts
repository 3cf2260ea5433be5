/** A figure in all the forms that notebook viewers take. */
import { ConfigError } from '../../errors.js';
import type { Figure } from '../figure.js';
import { type StyleOptions, type Theme, THEMES } from '../style.js';
import { shownFigure, type ShownFigure } from './plain-figure.js';
import { figureToSmallPng, pictureSize } from './render.js';

/** How a figure is shown. */
export interface ShowOptions extends StyleOptions {
  /** *light* or *dark*; by default what the environment variable `AUTODEEPLAB_THEME` says. */
  readonly theme?: Theme;
  /** Pixels of the picture for each pixel of the figure, 1.5 by default. */
  readonly scale?: number;
  /** The figure in a sentence, for those who cannot see it; its title by default. */
  readonly description?: string;
}

/**
 * One output by MIME types, as Jupyter keeps it: the figure for viewers that draw it, such as JupyterLab with the
 * extension that comes with the kernel and VS Code; its picture for all others, such as GitHub.
 */
export interface MimeBundle {
  readonly 'application/vnd.plotly.v1+json': ShownFigure;
  /** Base64. */
  readonly 'image/png': string;
  readonly 'text/plain': string;
}

/** The data and the metadata of one output. */
export interface FigureOutput {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * The theme of figures that are shown.
 *
 * @throws {@link ConfigError} if the environment variable `AUTODEEPLAB_THEME` has an unknown value
 */
export function resolveTheme({ theme }: ShowOptions): Theme {
  const { AUTODEEPLAB_THEME: value } = process.env;
  if (theme !== undefined || value === undefined || value === '') {
    return theme ?? 'light';
  }
  const found = THEMES.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new ConfigError(`AUTODEEPLAB_THEME: expected ${THEMES.join(' or ')}, got ${value}`);
  }
  return found;
}

/** Draws a figure in all its forms. */
export async function figureOutput(figure: Figure, options: ShowOptions): Promise<FigureOutput> {
  const { scale = 1.5, description } = options;
  const theme = resolveTheme(options);
  const shown = shownFigure(figure, { theme });
  const { width, height } = pictureSize(figure);
  const png = await figureToSmallPng(figure, { theme, scale });
  const text = description ?? figureTitle(figure);
  return {
    data: {
      'application/vnd.plotly.v1+json': shown,
      'image/png': png.toString('base64'),
      'text/plain': text,
    },
    metadata: { 'image/png': { width, height } },
  };
}

/** The title of a figure without its markup, or "Figure". */
export function figureTitle({ layout }: Figure): string {
  const title = layout.title as string | { readonly text?: string } | undefined;
  const text = typeof title === 'string' ? title : title?.text;
  const plain = text
    ?.replace(/ <br>/g, ' ') // a line that was too long
    .replace(/<br\s*\/?>/g, ' · ')
    .replace(/<[^>]*>/g, '');
  return plain === undefined || plain === '' ? 'Figure' : plain;
}
