/** A page of jsdom with a plotly.js that only notes what it is asked for. */
import { createRequire } from 'node:module';
import type { FigureDrawer, PagePlotly } from '../../../../lib/plot/show/browser/figure-drawer.js';
import { figureDrawerSource } from '../../../../lib/plot/show/browser/script.js';

/** The part of a window of jsdom that is used here. */
interface PageWindow {
  readonly document: Document;
  eval(script: string): unknown;
}

const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (html: string, options: object) => { readonly window: PageWindow };
};

/** A call of plotly.js, without the element. */
export type Call = readonly [method: string, ...args: readonly unknown[]];

/** A page, and how wide its elements are. */
export class DrawerPage {
  /** In pixels; 0 is hidden. */
  width = 800;
  readonly calls: Call[] = [];
  readonly window: PageWindow;
  /** True if nothing can be drawn. */
  isBroken = false;
  /** What drawing waits for. */
  private gate: Promise<void> = Promise.resolve();
  private readonly observers: (() => void)[] = [];

  constructor(html = '<body></body>') {
    const { observers } = this;
    const widthOf = () => this.width;
    const { plotly } = this;
    const options = {
      runScripts: 'outside-only',
      beforeParse(window: Record<string, unknown>): void {
        window.structuredClone = structuredClone;
        window.reportError = () => undefined;
        window.Plotly = plotly;
        window.matchMedia = () => ({
          matches: false,
          addEventListener: () => undefined,
          removeEventListener: () => undefined,
        });
        window.ResizeObserver = class {
          constructor(changed: () => void) {
            observers.push(changed);
          }
          readonly observe = () => undefined;
          readonly disconnect = () => undefined;
        };
        const { HTMLCanvasElement: canvas, HTMLElement: element } = window as {
          HTMLCanvasElement: typeof HTMLCanvasElement;
          HTMLElement: typeof HTMLElement;
        };
        canvas.prototype.getContext = () => null;
        Object.defineProperty(element.prototype, 'clientWidth', { get: widthOf });
      },
    };
    ({ window: this.window } = new JSDOM(html, options));
  }

  /** The plotly.js of the page. */
  readonly plotly: PagePlotly = {
    react: async (element, figure) => {
      await this.note('react', figure);
      Object.assign(element, { layout: (figure as { layout: object }).layout });
    },
    relayout: (_, ...args) => this.note('relayout', ...args),
    restyle: (_, ...args) => this.note('restyle', ...args),
    update: (_, ...args) => this.note('update', ...args),
    animate: (_, ...args) => this.note('animate', ...args),
    purge: () => {
      this.calls.push(['purge']);
    },
  };

  /** What was asked for, by name. */
  get methods(): string[] {
    return this.calls.map(([method]) => method);
  }

  /** The drawing of a figure in the page. */
  drawing(): ReturnType<FigureDrawer> {
    const drawer = this.window.eval(figureDrawerSource()) as FigureDrawer;
    return drawer(this.plotly, this.window.document.body);
  }

  /** Gives elements another width, and waits until what follows is done. */
  async resize(width: number): Promise<void> {
    this.width = width;
    for (const changed of this.observers) {
      changed();
    }
    await new Promise(setImmediate);
  }

  /** Lets all that is drawn from now on wait; gives what ends that. */
  hold(): () => void {
    let release = (): void => undefined;
    this.gate = new Promise((done) => {
      release = done;
    });
    return release;
  }

  /** Gives the figure a legend as plotly.js draws it, with its height in pixels. */
  addLegend(height: number): void {
    const { document } = this.window;
    const legend = document.createElement('div');
    legend.className = 'legend';
    const shape = document.createElement('div');
    shape.className = 'bg';
    legend.append(Object.assign(shape, { getBBox: () => ({ height }) }));
    document.querySelector('body > div')!.append(legend);
  }

  private async note(...call: Call): Promise<void> {
    this.calls.push(call);
    await this.gate;
    if (this.isBroken) {
      throw new Error('it cannot be drawn');
    }
  }
}
