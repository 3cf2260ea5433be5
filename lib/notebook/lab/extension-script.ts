/** What runs in JupyterLab, so that the figures of notebooks are alive there. */
import type {
  DrawnFigure,
  FigureDrawer,
  PagePlotly,
} from '../../plot/show/browser/figure-drawer.js';
import type { FigureJson } from '../../plot/show/browser/fit-figure.js';

/** What an extension of JupyterLab gets and gives, as webpack's module federation has it. */
interface Container {
  init(scope: SharedScope): void;
  get(module: string): Promise<() => object>;
}

type SharedScope = Readonly<
  Record<string, Readonly<Record<string, { get(): Promise<() => object> }>>>
>;

/** The part of a widget of Lumino that is used here. */
interface Widget {
  readonly node: HTMLElement;
  readonly isDisposed: boolean;
  addClass(name: string): void;
  dispose(): void;
}

/** JupyterLab itself. */
interface Application {
  /** Settled when all plugins are there, before notebooks are opened. */
  readonly started: Promise<void>;
}

/** What knows the renderers of the page, by media type; the last that was added draws. */
interface RendererRegistry {
  addFactory(factory: object, rank: number): void;
}

/** An output of a cell by media types. */
interface OutputModel {
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the extension is called, and what it draws. */
export interface ExtensionNames {
  /** Of the extension. */
  readonly name: string;
  /** The media type of figures. */
  readonly mimeType: string;
  /** The file of plotly.js beside the script. */
  readonly plotlyFile: string;
}

/**
 * Registers an extension of JupyterLab that draws outputs with a figure by plotly.js. It runs in a browser: it
 * may use nothing from outside.
 *
 * Source: JupyterLab 4, `@jupyterlab/rendermime-interfaces` (IRenderMime), and how its page loads prebuilt
 * extensions (`window._JUPYTERLAB`).
 */
export function registerInLab(names: ExtensionNames, draw: FigureDrawer): void {
  const page = window as unknown as {
    _JUPYTERLAB?: Record<string, Container>;
    Plotly?: PagePlotly;
  };
  const { src } = document.currentScript as HTMLScriptElement;
  let shared: SharedScope = {};
  let loading: Promise<PagePlotly> | undefined;

  /** plotly.js, loaded when the first figure is seen; a page that has another one keeps it. */
  const plotly = (): Promise<PagePlotly> => {
    loading ??= new Promise<PagePlotly>((resolve, reject) => {
      const others = page.Plotly;
      const script = document.createElement('script');
      script.src = new URL(names.plotlyFile, src).href;
      script.onload = () => {
        const ours = page.Plotly!;
        page.Plotly = others!;
        resolve(ours);
      };
      script.onerror = () => {
        loading = undefined;
        script.remove();
        reject(new Error(`${script.src} could not be loaded`));
      };
      document.head.append(script);
    });
    return loading;
  };

  const isDark = (): boolean => document.body.dataset.jpThemeLight === 'false';

  /** The class of what stands in the output area, made from the Lumino of the page. */
  const makeRenderer = (Base: new () => Widget) =>
    class Figure extends Base {
      private readonly box = document.createElement('div');
      private drawn: DrawnFigure | undefined;
      private latest: FigureJson | undefined;
      private readonly themes = new MutationObserver(() => {
        this.drawn?.setDark(isDark()).catch(reportError);
      });

      constructor() {
        super();
        this.addClass('autodeeplab-figure');
        this.box.style.overflowX = 'auto';
        this.box.style.overflowY = 'hidden';
        this.node.append(this.box);
        this.themes.observe(document.body, { attributeFilter: ['data-jp-theme-light'] });
      }

      /** Draws an output, or what came in its place; until then, and where that fails, its picture stays. */
      async renderModel({ data }: OutputModel): Promise<void> {
        this.latest = data[names.mimeType] as FigureJson;
        const still = this.drawn === undefined ? this.picture(data['image/png']) : undefined;
        const library = await plotly();
        if (this.isDisposed) {
          return;
        }
        this.drawn ??= draw(library, this.box);
        await this.drawn.show(this.latest, isDark());
        still?.remove();
      }

      override dispose(): void {
        this.themes.disconnect();
        this.drawn?.remove();
        super.dispose();
      }

      private picture(png: unknown): HTMLImageElement | undefined {
        if (typeof png !== 'string' || this.box.childElementCount > 0) {
          return undefined;
        }
        const image = document.createElement('img');
        image.src = `data:image/png;base64,${png}`;
        image.style.maxWidth = '100%';
        this.box.append(image);
        return image;
      }
    };

  /** A module that the page shares. */
  const moduleOf = async <Exports extends object>(name: string): Promise<Exports> => {
    const [found] = Object.values(shared[name] ?? {});
    return (await found.get())() as Exports;
  };

  const container: Container = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const lumino = await moduleOf<{ Widget: new () => Widget }>('@lumino/widgets');
      const tokens = await moduleOf<{ IRenderMimeRegistry: object }>('@jupyterlab/rendermime');
      const Renderer = makeRenderer(lumino.Widget);
      const factory = {
        safe: true, // plotly.js lets nothing of a figure run
        mimeTypes: [names.mimeType],
        createRenderer: () => new Renderer(),
      };
      // A plugin, not a mime extension, so that it can come after plotly's own, which shows pictures only, until
      // the mouse is over them.
      const plugin = {
        id: `${names.name}:plugin`,
        description: 'Draws the figures of notebooks by plotly.js, which it brings along.',
        autoStart: true,
        requires: [tokens.IRenderMimeRegistry],
        activate: ({ started }: Application, registry: RendererRegistry) => {
          void started.then(() => {
            registry.addFactory(factory, 10); // before pictures and HTML
          });
        },
      };
      return () => ({ __esModule: true, default: plugin });
    },
  };
  (page._JUPYTERLAB ??= {})[names.name] = container;
}
