/**
 * plotly.js without a browser: a document of jsdom with what plotly needs to lay out a figure.
 *
 * Both are loaded on first use, which takes about a second; importing this library does not.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { BackendError } from '../../errors.js';
import { Random } from '../../random.js';
import { drawnBox, localBox, textLength, type Box, type SvgElement } from './bounding-box.js';
import type * as canvasModule from './canvas.js';
import { pathLength, pointAtLength, type Point } from './path-length.js';
import { textWidth } from './text-metrics.js';

/** The part of plotly.js that draws. */
export interface Plotly {
  readonly toImage: (
    figure: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ) => Promise<string>;
}

/** The part of a jsdom window that is used here. */
interface PlotlyWindow {
  readonly Element: { readonly prototype: object };
  readonly SVGElement: { readonly prototype: object };
  readonly HTMLCanvasElement: { readonly prototype: object };
  readonly URL: object;
  readonly Math: { random: () => number };
  readonly eval: (source: string) => unknown;
  readonly Plotly: Plotly;
}

const require = createRequire(import.meta.url);
let loading: Promise<Plotly> | undefined;

/** The file of plotly.js, one script for a page. */
export function plotlyFile(): string {
  return require.resolve('plotly.js-dist-min/plotly.min.js');
}

/** plotly.js in a document of its own; the same one each time. */
export function loadPlotlyForNode(): Promise<Plotly> {
  loading ??= createPlotly().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function createPlotly(): Promise<Plotly> {
  const [source, canvas] = await Promise.all([
    readFile(plotlyFile(), 'utf8'),
    import('./canvas.js'),
  ]);
  const { JSDOM, VirtualConsole } = require('jsdom') as {
    JSDOM: new (html: string, options: object) => { readonly window: PlotlyWindow };
    VirtualConsole: new () => object;
  };
  const { window } = new JSDOM('<!doctype html><html><body></body></html>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(), // jsdom's notes about what it has not, which we add
  });
  addMissing(window, canvas);
  try {
    window.eval(source);
  } catch (error) {
    throw withoutSource(error, 'to load without a browser');
  }
  return {
    toImage: async (figure, options) => {
      // The same ids in each figure: jsdom keeps the last thousand selectors with the elements that
      // they found, which with ids of their own were those of the last hundreds of figures.
      const random = new Random(1);
      window.Math.random = () => random.uniform();
      try {
        return await window.Plotly.toImage(figure, options);
      } catch (error) {
        throw withoutSource(error, 'to draw the figure');
      }
    },
  };
}

/**
 * An error of plotly.js as one of ours. It is not its cause: Node would print the line of plotly.js
 * where it was thrown, which is a million characters long.
 */
function withoutSource(error: unknown, expected: string): BackendError {
  const reason = error instanceof Error ? error.message : String(error);
  return new BackendError(`plotly.js: expected ${expected}, got "${reason}"`);
}

/** What jsdom lacks and plotly asks for. */
function addMissing(window: PlotlyWindow, canvas: typeof canvasModule): void {
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: SvgElement): Box {
      return localBox(this);
    },
    getComputedTextLength(this: SvgElement): number {
      return textLength(this);
    },
    getTotalLength(this: SvgElement): number {
      return pathLength(this.getAttribute('d') ?? '');
    },
    getPointAtLength(this: SvgElement, distance: number): Point {
      return pointAtLength(this.getAttribute('d') ?? '', distance);
    },
  });
  Object.assign(window.Element.prototype, {
    getBoundingClientRect(this: SvgElement) {
      const { x, y, width, height } = drawnBox(this);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
  });
  const pixels = new WeakMap<object, canvasModule.PixelData>();
  const pixelsOf = (element: {
    readonly width: number;
    readonly height: number;
  }): canvasModule.PixelData => {
    let data = pixels.get(element);
    if (data?.width !== element.width || data.height !== element.height) {
      data = canvas.emptyPixels(element.width, element.height);
      pixels.set(element, data);
    }
    return data;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: {
      readonly width: number;
      readonly height: number;
    }): canvasModule.PixelContext {
      const context = new canvas.PixelContext(pixelsOf(this));
      return Object.assign(context, {
        measureText: (text: string) => ({ width: textWidth(text, { size: 12 }) }),
      });
    },
    toDataURL(this: { readonly width: number; readonly height: number }): string {
      return canvas.pixelsToDataUrl(pixelsOf(this));
    },
  });
  Object.assign(window.URL, {
    createObjectURL: () => 'blob:none',
    revokeObjectURL: () => undefined,
  });
  const nothing = () => undefined;
  Object.assign(window, {
    TextDecoder,
    TextEncoder,
    matchMedia: () => ({
      matches: false,
      addListener: nothing,
      removeListener: nothing,
      addEventListener: nothing,
      removeEventListener: nothing,
    }),
  });
}
