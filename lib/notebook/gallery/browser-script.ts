/** What runs in the pages of the gallery. */

/** The part of plotly.js that the pages use. */
interface PlotlyInPage {
  newPlot(element: Element, figure: object): Promise<unknown>;
  purge(element: Element): void;
}

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
 * Draws the figures of a page in the theme of the reader, again when that changes, and opens the
 * table of contents where there is room. It runs in a browser: it may use nothing from outside.
 */
function inPage(): void {
  type Path = readonly (string | number)[];
  type Content = Record<string, unknown> & { dark: readonly (readonly [Path, unknown])[] };
  type Branch = Record<string | number, unknown>;
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  const themed = (text: string): Branch => {
    const { dark: patches, ...figure } = JSON.parse(text) as Content;
    for (const [path, value] of dark.matches ? patches : []) {
      const branch = path.slice(0, -1).reduce<Branch>((at, key) => at[key] as Branch, figure);
      branch[path[path.length - 1]] = value;
    }
    return figure;
  };

  const draw = async (plotly: PlotlyInPage, block: Element): Promise<void> => {
    const place = block.querySelector<HTMLElement>('.drawing');
    const still = block.querySelector<HTMLElement>('.still');
    const data = block.querySelector('script');
    if (!place || !still || !data) {
      return;
    }
    const figure = themed(data.textContent || '{}');
    const layout = { ...(figure.layout as object), autosize: true } as Branch;
    if (typeof layout.width === 'number') {
      place.style.maxWidth = `${layout.width}px`;
      place.style.minWidth = `${0.7 * layout.width}px`; // its words would overlap; it scrolls
    }
    layout.height ??= 420;
    delete layout.width; // as wide as the column
    place.hidden = false;
    plotly.purge(place);
    const buttons = window.matchMedia('(hover: hover)').matches ? 'hover' : false;
    const config = { ...(figure.config as object), displayModeBar: buttons };
    await plotly.newPlot(place, { ...figure, layout, config });
    still.hidden = true;
  };

  const drawAll = async (): Promise<void> => {
    const { Plotly: plotly } = window as unknown as { Plotly?: PlotlyInPage };
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
  dark.addEventListener('change', () => void drawAll());
  document.addEventListener('DOMContentLoaded', () => void drawAll()); // plotly.js is there then
}

/** The script of all pages, as text. */
export const browserScript = `(${stylesByScript.toString()})();\n(${inPage.toString()})();\n`;
