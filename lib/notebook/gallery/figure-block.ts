/** An interactive figure in a page: its data and its picture. */
import type { Figure } from '../../plot/figure.js';
import { escapeHtml } from '../../text.js';
import { scriptJson, shownFigure } from '../../plot/show/plain-figure.js';

/**
 * A figure as HTML. The script of the page draws it in place of the picture.
 *
 * @param picture - the element that stands there until then, and where there are no scripts
 */
export function figureBlock(figure: Figure, picture: string, description: string): string {
  return (
    `<figure class="plot" role="img" aria-label="${escapeHtml(description)}">` +
    `<div class="still">${picture}</div><div class="drawing" hidden></div>` +
    `<script type="application/json">${scriptJson(shownFigure(figure, {}))}</script></figure>`
  );
}
