/** What runs in the pages of the gallery. */
import type { FigureDrawer, PagePlotly } from '../../plot/show/browser/figure-drawer.js';
import type { FigureJson } from '../../plot/show/browser/fit-figure.js';
import { figureDrawerSource } from '../../plot/show/browser/script.js';

/**
 * Lets plotly.js style what it draws under a policy without inline styles: what it writes as attributes
 * and style elements is set by the style objects of the browser, which the policy allows. It runs in a
 * browser, before plotly.js: it may use nothing from outside.
 */
function stylesByScript(): void {
  const prototype = Element.prototype;
  // oxlint-disable-next-line typescript/unbound-method -- called with its element below
  const { setAttribute } = prototype;
  prototype.setAttribute = function (this: Element, name: string, value: string): void {
    if (name === 'style' && 'style' in this) {
      (this as HTMLElement).style.cssText = value;
    } else {
      setAttribute.call(this, name, value);
    }
  };
  const append = document.head.appendChild.bind(document.head);
  document.head.appendChild = <Child extends Node>(child: Child): Child => {
    if (child instanceof HTMLStyleElement && child.textContent !== '') {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(child.textContent);
      document.adoptedStyleSheets.push(sheet);
      child.textContent = '';
    }
    return append(child);
  };
}

/**
 * Draws the figures of a page in the theme of the reader, and opens the table of contents where there is room.
 * It runs in a browser: it may use nothing from outside.
 */
function inPage(drawFigure: FigureDrawer): void {
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  const draw = async (plotly: PagePlotly, block: Element): Promise<void> => {
    const place = block.querySelector<HTMLElement>('.drawing')!;
    const still = block.querySelector<HTMLElement>('.still')!;
    const figure = JSON.parse(block.querySelector('script')!.textContent || '{}') as FigureJson;
    place.hidden = false;
    const drawn = drawFigure(plotly, place);
    const follow = (): void => void drawn.setDark(dark.matches);
    dark.addEventListener('change', follow);
    try {
      await drawn.show(figure, dark.matches);
    } catch (error) {
      dark.removeEventListener('change', follow);
      place.hidden = true;
      drawn.remove();
      throw error;
    }
    still.hidden = true;
  };

  const drawAll = async (): Promise<void> => {
    const { Plotly: plotly } = window as unknown as { Plotly?: PagePlotly };
    const blocks = plotly ? Array.from(document.querySelectorAll('.plot')) : [];
    for (const block of blocks) {
      try {
        await draw(plotly!, block);
      } catch (error) {
        reportError(error); // the picture stays
      }
    }
    root.dataset.drawn = 'yes';
  };

  const contents = document.querySelector<HTMLDetailsElement>('details.contents');
  if (contents) {
    contents.open = window.matchMedia('(min-width: 68rem)').matches;
  }
  document.addEventListener('DOMContentLoaded', () => void drawAll()); // plotly.js is there then
}

/** The script of all pages, as text. */
export function browserScript(): string {
  return `(${stylesByScript.toString()})();\n(${inPage.toString()})(${figureDrawerSource()});\n`;
}
