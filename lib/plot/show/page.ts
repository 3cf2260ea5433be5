/** Figures in web pages. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { escapeHtml } from '../../text.js';
import type { Figure } from '../figure.js';
import { themeColors, type Theme } from '../style.js';
import { scriptJson, shownFigure, type ShownFigure } from './plain-figure.js';
import { plotlyFile } from './plotly-window.js';

/** A name for a figure that depends on nothing but the figure, for ids in documents. */
export function figureDigest(figure: Figure): string {
  return createHash('sha256').update(JSON.stringify(figure)).digest('hex').slice(0, 12);
}

/**
 * A figure as a piece of HTML: its picture, and a script that puts the interactive figure in its
 * place where the page has plotly.js. Without scripts, or without plotly.js, the picture stays.
 *
 * @param png - its picture
 * @param width - of the picture in pixels
 * @param description - of the picture, for those who cannot see it
 */
export function figureFragment(
  figure: ShownFigure,
  png: Uint8Array,
  width: number,
  description: string,
): string {
  const id = figureDigest(figure);
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const picture =
    `<img alt="${escapeHtml(description)}" width="${width}" style="max-width:100%" ` +
    `src="${source}"/>`;
  return (
    `<div data-figure="${id}" style="max-width:${width}px">${picture}</div>\n` +
    `<script>${drawScript(id, figure)}</script>`
  );
}

/**
 * The script that draws into the elements of a figure that are not drawn yet. Two equal figures on a
 * page have the same id, and notebooks run scripts far from their place, so it asks for all of them.
 */
function drawScript(id: string, figure: ShownFigure): string {
  const all = `document.querySelectorAll('[data-figure="${id}"]:not([data-drawn])')`;
  return (
    `if(window.Plotly){(function(f){${all}.forEach(function(e){` +
    `e.setAttribute("data-drawn","");e.innerHTML="";window.Plotly.newPlot(e,f)})})` +
    `(${scriptJson(figure)})}`
  );
}

/** The text of plotly.js, safe inside a `<script>` of a page. */
export async function plotlySource(): Promise<string> {
  const source = await readFile(plotlyFile(), 'utf8');
  return source.replace(/<\/(?=script)/gi, '<\\/');
}

/** What a page of figures is made of. */
export interface FigurePageOptions {
  readonly theme?: Theme;
  /** The title of the page. */
  readonly title?: string;
}

/**
 * A whole page of interactive figures that needs no network; 5 MB, for plotly.js is in it.
 *
 * @returns the text of an HTML document
 */
export async function figurePage(
  figures: readonly Figure[],
  { theme = 'light', title = 'Figures' }: FigurePageOptions = {},
): Promise<string> {
  const plotly = await plotlySource();
  const { paper, ink } = themeColors(theme);
  const places = figures.map((figure) => {
    const shown = shownFigure(figure, { theme });
    const id = figureDigest(shown);
    return `<div data-figure="${id}"></div>\n<script>${drawScript(id, shown)}</script>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width"/>
<title>${escapeHtml(title)}</title>
<style>body { margin: 16px; background: ${paper}; color: ${ink}; font-family: sans-serif; }</style>
<script>${plotly}</script>
</head>
<body>
${places.join('\n')}
</body>
</html>
`;
}
