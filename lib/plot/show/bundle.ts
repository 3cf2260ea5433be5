/** A figure in all the forms that notebook viewers take. */
import { ConfigError } from '../../errors.js';
import type { Figure } from '../figure.js';
import { type StyleOptions, type Theme, THEMES } from '../style.js';
import { figureFragment } from './page.js';
import { shownFigure, type ShownFigure } from './plain-figure.js';
import { figureToSmallPng, pictureSize } from './render.js';

/**
 * Which forms of a figure a notebook keeps.
 *
 * *full* (default) - the figure, its picture, and HTML that turns the picture into the interactive
 * figure where the page has plotly.js: for working in a notebook.
 * *static* - the figure and its picture, half the size: for notebooks that are committed. GitHub
 * shows the picture, VS Code and JupyterLab with plotly's extension the figure.
 */
export type ShowMode = 'full' | 'static';

/** The modes of showing. */
export const SHOW_MODES = ['full', 'static'] as const satisfies ShowMode[];

/** How a figure is shown. */
export interface ShowOptions extends StyleOptions {
  /** *full* or *static*; by default what the environment variable `AUTODEEPLAB_SHOW` says. */
  readonly mode?: ShowMode;
  /** *light* or *dark*; by default what the environment variable `AUTODEEPLAB_THEME` says. */
  readonly theme?: Theme;
  /** Pixels of the picture for each pixel of the figure, 1.5 by default. */
  readonly scale?: number;
  /** The figure in a sentence, for those who cannot see it; its title by default. */
  readonly description?: string;
}

/** One output by MIME types, as Jupyter keeps it. */
export interface MimeBundle {
  readonly 'application/vnd.plotly.v1+json': ShownFigure;
  /** Base64. */
  readonly 'image/png': string;
  readonly 'text/html'?: string;
  readonly 'text/plain': string;
}

/** The data and the metadata of one output. */
export interface FigureOutput {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The options with what the environment says in place of what they do not say. */
export function resolveShowOptions(options: ShowOptions): ShowOptions & {
  readonly mode: ShowMode;
  readonly theme: Theme;
} {
  const { AUTODEEPLAB_SHOW, AUTODEEPLAB_THEME } = process.env;
  return {
    ...options,
    mode: options.mode ?? choice('AUTODEEPLAB_SHOW', AUTODEEPLAB_SHOW, SHOW_MODES),
    theme: options.theme ?? choice('AUTODEEPLAB_THEME', AUTODEEPLAB_THEME, THEMES),
  };
}

/** The value of a variable, or the first of its values where it is not set. */
function choice<T extends string>(name: string, value: string | undefined, all: readonly T[]): T {
  if (value === undefined || value === '') {
    return all[0];
  }
  const found = all.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new ConfigError(`${name}: expected ${all.join(' or ')}, got ${value}`);
  }
  return found;
}

/** Draws a figure in all its forms. */
export async function figureOutput(figure: Figure, options: ShowOptions): Promise<FigureOutput> {
  const { mode, theme, scale = 1.5, description } = resolveShowOptions(options);
  const shown = shownFigure(figure, { theme });
  const { width, height } = pictureSize(figure);
  const png = await figureToSmallPng(figure, { theme, scale });
  const text = description ?? figureTitle(figure);
  return {
    data: {
      'application/vnd.plotly.v1+json': shown,
      ...(mode === 'full' && { 'text/html': figureFragment(shown, png, width, text) }),
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
  const plain = text?.replace(/<br\s*\/?>/g, ' · ').replace(/<[^>]*>/g, '');
  return plain === undefined || plain === '' ? 'Figure' : plain;
}
