/** The drawing of figures as the text of a script. */
import { colorTable, recolor, THEMES, themeColors } from '../../style.js';
import { PLOTLY_CONFIG } from '../plain-figure.js';
import { createFigureDrawer } from './figure-drawer.js';
import { fitFigure } from './fit-figure.js';

/**
 * An expression of JavaScript whose value is a {@link FigureDrawer}. The functions stand in it as they are
 * compiled, so that pages on a disk, which can load no modules, run them.
 */
export function figureDrawerSource(): string {
  const tables = Object.fromEntries(THEMES.map((theme) => [theme, [...colorTable(theme)]]));
  const papers = THEMES.map((theme) => themeColors(theme).paper);
  return `(() => {
${recolor.toString()}
${fitFigure.toString()}
${createFigureDrawer.toString()}
return createFigureDrawer({ fitFigure, recolor, tables: ${JSON.stringify(tables)},
  papers: ${JSON.stringify(papers)}, config: ${JSON.stringify(PLOTLY_CONFIG)} });
})()`;
}
