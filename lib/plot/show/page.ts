/** Figures in web pages. */
import { readFile } from 'node:fs/promises';
import { escapeHtml } from '../../text.js';
import type { Figure } from '../figure.js';
import { themeColors, type Theme } from '../style.js';
import { figureDrawerSource } from './browser/script.js';
import { scriptJson, shownFigure } from './plain-figure.js';
import { plotlyFile } from './plotly-window.js';

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
  const shown = figures.map((figure) => shownFigure(figure, { theme }));
  const drawing = `for (const figure of ${scriptJson(shown)}) {
  const box = document.createElement('div');
  document.body.append(box);
  drawFigure(Plotly, box).show(figure, ${theme === 'dark'});
}`;
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
<script>
const drawFigure = ${figureDrawerSource()};
${drawing}
</script>
</body>
</html>
`;
}
