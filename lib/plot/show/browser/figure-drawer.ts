/** Drawing figures in pages: the gallery, JupyterLab, pages that were saved. */
import type { FigureJson, fitFigure, PageFigure, TextWidth } from './fit-figure.js';

/** The part of plotly.js that pages use. */
export interface PagePlotly {
  react(element: Element, figure: object): Promise<unknown>;
  relayout(element: Element, ...args: readonly unknown[]): Promise<unknown>;
  animate(element: Element, ...args: readonly unknown[]): Promise<unknown>;
  restyle(element: Element, ...args: readonly unknown[]): Promise<unknown>;
  update(element: Element, ...args: readonly unknown[]): Promise<unknown>;
  purge(element: Element): void;
}

/** What the drawing of figures is made of. */
export interface DrawerParts {
  readonly fitFigure: typeof fitFigure;
  readonly recolor: (value: unknown, table: ReadonlyMap<string, string>) => unknown;
  /** The colours of the other theme and those in their place. */
  readonly tables: {
    readonly light: readonly [string, string][];
    readonly dark: readonly [string, string][];
  };
  /** The backgrounds by which figures of this library are known. */
  readonly papers: readonly string[];
  /** What plotly.js is told in place of what a figure says itself. */
  readonly config: object;
}

/** A figure in a page. */
export interface DrawnFigure {
  /** Draws a figure, or another in its place: zoom and slider stay where they are. */
  show(figure: FigureJson, isDark: boolean): Promise<void>;
  /** Draws the same figure in the other theme. */
  setDark(isDark: boolean): Promise<void>;
  /** Removes it. */
  remove(): void;
}

/** Makes what draws a figure in an element of a page. */
export type FigureDrawer = (plotly: PagePlotly, box: HTMLElement) => DrawnFigure;

/** A figure as plotly.js keeps it in the element. */
interface PlotElement extends HTMLElement {
  layout?: { sliders?: readonly Slider[] | null };
}

interface Slider {
  active?: number;
  readonly steps?: readonly SliderStep[] | null;
}

/** What a slider calls at a place; plotly.js takes `restyle` where it names no method. */
interface SliderStep {
  readonly label?: string;
  readonly method?: string;
  readonly args?: readonly unknown[] | null;
}

/**
 * Makes the drawer of figures: as wide as their place, in its theme, and again when either changes. It runs in
 * a browser: it may use nothing from outside.
 */
export function createFigureDrawer(parts: DrawerParts): FigureDrawer {
  const WIDEST = 960;
  const tables = { light: new Map(parts.tables.light), dark: new Map(parts.tables.dark) };
  const measure = document.createElement('canvas').getContext('2d');
  const textWidth: TextWidth = (text, size, isBold) => {
    if (measure === null) {
      return text.length * size * 0.6;
    }
    measure.font = `${isBold ? 'bold ' : ''}${size}px "Helvetica Neue", Arial, "DejaVu Sans", sans-serif`;
    return measure.measureText(text).width;
  };

  /** A copy in the colours of the theme; figures of others keep theirs. */
  const themed = (figure: FigureJson, isDark: boolean): FigureJson =>
    parts.papers.includes(String(figure.layout?.paper_bgcolor))
      ? (parts.recolor(figure, isDark ? tables.dark : tables.light) as FigureJson)
      : structuredClone(figure);

  /** Where the slider of the next figure is to stand, if it was moved from where the last figure had it. */
  const sliderPlace = (
    before: Slider | undefined,
    initial: number | undefined,
    next: Slider | undefined,
  ): number | undefined => {
    const active = before?.active;
    if (active === undefined || active === initial) {
      return undefined;
    }
    const label = before?.steps?.[active]?.label;
    const steps = next?.steps ?? [];
    const found = label === undefined ? active : steps.findIndex((step) => step.label === label);
    return found in steps ? found : undefined;
  };

  return (plotly, box) => {
    const place: PlotElement = document.createElement('div');
    box.append(place);
    let current: FigureJson | undefined;
    let isDark = false;
    let initial: number | undefined;
    let drawnWidth = 0;
    let isRemoved = false;
    const isStanding = (): boolean => !isRemoved; // asked anew after each wait
    let running: Promise<void> | undefined;
    let waiting: Promise<void> | undefined;

    /** Gives a legend below the plots the room that it takes. */
    const makeRoom = async (layout: PageFigure['layout']): Promise<void> => {
      const { legend, margin, height = 0 } = layout;
      const shape = place.querySelector<SVGGraphicsElement>('.legend .bg');
      if (legend?.orientation !== 'h' || typeof legend.y !== 'number' || legend.y >= 0 || !shape) {
        return;
      }
      const { t = 64, b = 56 } = margin ?? {};
      const missing = Math.ceil(-legend.y * (height - t - b) + shape.getBBox().height + 6 - b);
      if (missing > 0) {
        const wider = { ...margin, b: b + missing };
        await plotly.relayout(place, { height: height + missing, margin: wider });
      }
    };

    /** Does what moving the slider to a step does. */
    const take = async ({ method = 'restyle', args }: SliderStep): Promise<void> => {
      switch (method) {
        case 'animate':
        case 'relayout':
        case 'restyle':
        case 'update':
          if (Array.isArray(args) && args.length > 0) {
            await plotly[method](place, ...(args as readonly unknown[]));
          }
      }
    };

    const draw = async (): Promise<void> => {
      if (current === undefined || isRemoved) {
        return;
      }
      const width = box.clientWidth;
      drawnWidth = width;
      if (width === 0) {
        return; // it is drawn when its place is seen
      }
      const fitted = parts.fitFigure(themed(current, isDark), width, textWidth);
      const own = fitted.layout.width;
      const drawn = Math.min(own ?? WIDEST, Math.max(width, 0.7 * (own ?? 0))); // less, and words overlap
      const sliders = fitted.layout.sliders as readonly Slider[] | null | undefined;
      const moved = sliderPlace(place.layout?.sliders?.[0], initial, sliders?.[0]);
      initial = sliders?.[0]?.active;
      const layout: PageFigure['layout'] = {
        ...fitted.layout,
        width: drawn,
        height: fitted.layout.height ?? 420,
        legend: { maxheight: 4000, ...fitted.layout.legend }, // all of it, not a part that scrolls
        uirevision: 'same',
        ...(moved !== undefined &&
          sliders && { sliders: [{ ...sliders[0], active: moved }, ...sliders.slice(1)] }),
      };
      const buttons = window.matchMedia('(hover: hover)').matches ? 'hover' : false;
      const config = { ...parts.config, responsive: false, displayModeBar: buttons };
      await plotly.react(place, { ...fitted, layout, config });
      if (!isStanding()) {
        return;
      }
      await makeRoom(layout);
      const step = moved === undefined ? undefined : sliders?.[0]?.steps?.[moved];
      if (step && isStanding()) {
        await take(step);
      }
    };

    /** Draws now, or once after what is being drawn, however often it is asked for meanwhile. */
    const redraw = (): Promise<void> => {
      if (running === undefined) {
        running = draw()
          .catch((error: unknown) => {
            if (!isRemoved) {
              throw error;
            }
          })
          .finally(() => {
            running = undefined;
          });
        return running;
      }
      const again = (): Promise<void> => {
        waiting = undefined;
        return redraw();
      };
      waiting ??= running.then(again, again);
      return waiting;
    };

    const observer = new ResizeObserver(() => {
      const width = box.clientWidth;
      if (width > 0 && Math.abs(width - drawnWidth) >= 1) {
        redraw().catch(reportError);
      }
    });
    observer.observe(box);

    return {
      show: (figure, dark) => {
        [current, isDark] = [figure, dark];
        return redraw();
      },
      setDark: (dark) => {
        isDark = dark;
        return redraw();
      },
      remove: () => {
        isRemoved = true;
        observer.disconnect();
        place.remove();
        const purge = (): void => {
          plotly.purge(place);
        };
        if (running === undefined) {
          purge();
        } else {
          void running.then(purge, purge); // plotly.js draws into no purged element
        }
      },
    };
  };
}
