/** A figure for a narrow place, such as a telephone. */

/** The parts of a layout that are changed, each as plotly takes it. */
interface NarrowLayout {
  readonly [field: string]: unknown;
  readonly height?: number;
  readonly width?: number;
  readonly margin?: Readonly<Record<string, number>> | null;
  readonly title?: {
    readonly text?: string;
    readonly yref?: string;
    readonly yanchor?: string;
  } | null;
  readonly annotations?: readonly Note[] | null;
  readonly legend?: Readonly<Record<string, unknown>> | null;
}

interface Note {
  readonly text?: string;
  readonly xref?: string;
  readonly x?: number;
  readonly y?: number;
  readonly xanchor?: string;
  readonly yanchor?: string;
  readonly font?: { readonly size?: number };
}

/** A figure as it comes to a page, from this library or another. */
export interface FigureJson {
  readonly data: readonly object[];
  readonly layout?: NarrowLayout | null;
  readonly frames?: readonly { readonly layout?: NarrowLayout | null }[] | null;
  readonly config?: object;
}

/** A figure as it is drawn in a page. */
export interface PageFigure extends FigureJson {
  readonly layout: NarrowLayout;
}

/** The width of a text in pixels. */
export type TextWidth = (text: string, size: number, isBold: boolean) => number;

/**
 * A figure that can be read in a place narrower than the 720 pixels it was laid out for: its title, the lines
 * below and the captions of its plots are broken anew, and a legend at the right stands below. It becomes
 * higher by that; the plots keep their height. It runs in browsers too: it may use nothing from outside.
 *
 * @param width - of the place in pixels; from 700 on the figure stays as it is
 */
export function fitFigure(figure: FigureJson, width: number, textWidth: TextWidth): PageFigure {
  const LINE = { title: 21, caption: 17 };
  const FIRST_BASELINE = 32; // of the title, from the top
  const layout = figure.layout ?? {};
  if (width >= 700) {
    return { ...figure, layout };
  }
  const height = layout.height ?? 420;
  const { l = 64, r = 24, t = 64, b = 56 } = layout.margin ?? {};
  const isAtRight = layout.legend != null && layout.legend.orientation !== 'h' && r > 60;
  const right = isAtRight ? 24 : r;
  const drawn = Math.max(width, 0.7 * (layout.width ?? 0));

  /** Breaks a text between words, tags and all; plotly opens tags again on each line. */
  const broken = (text: string, room: number, size: number, isBold: boolean): string => {
    const lines: string[] = [];
    for (const word of text.match(/(?:<[^<>]*>|\S)+/g) ?? []) {
      const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
      const seen = longer.replace(/<[^<>]*>/g, '').replace(/&\w+;/g, 'x');
      if (lines.length > 0 && textWidth(seen, size, isBold) > room) {
        lines.push(word);
      } else {
        lines[Math.max(0, lines.length - 1)] = longer;
      }
    }
    return lines.join(' <br>');
  };
  const isText = (text: unknown): text is string => typeof text === 'string'; // plotly takes numbers too
  const breaks = (text: unknown): number => (isText(text) ? text.split('<br>').length - 1 : 0);

  const title = (text: string): string =>
    text
      .replace(/ <br>/g, ' ') // where it was broken for the usual width
      .split('<br>')
      .map((line) => {
        const size = Number(/font-size:(\d+)px/.exec(line)?.[1] ?? 16);
        return broken(line, width - 40, size, line.includes('<b>'));
      })
      .join('<br>');

  /** The captions of plots side by side have the room up to the next one. */
  const captions = (notes: readonly Note[]): readonly Note[] => {
    const isCaption = ({ xref, xanchor, yanchor }: Note): boolean =>
      xref === 'paper' && xanchor === 'left' && yanchor === 'bottom';
    return notes.map((note) => {
      if (!isCaption(note) || !isText(note.text)) {
        return note;
      }
      const { x = 0, y, font, text } = note;
      const next = notes.filter((other) => isCaption(other) && other.y === y && other.x! > x);
      const plots = drawn - l - right;
      const room =
        next.length === 0
          ? (1 - x) * plots + right - 4
          : (Math.min(...next.map((other) => other.x!)) - x) * plots - 8;
      return { ...note, align: 'left', text: broken(text, room, font?.size ?? 13, false) };
    });
  };

  const layouts = [layout, ...(figure.frames ?? []).map((frame) => frame.layout ?? {})];
  const more = (count: (part: NarrowLayout) => number): number =>
    Math.max(0, ...layouts.map(count));
  const titleLines = more(({ title: own }) =>
    isText(own?.text) ? breaks(title(own.text)) - breaks(own.text) : 0,
  );
  const captionLines = more(({ annotations }) => {
    const notes = annotations ?? [];
    const top = Math.max(0, ...notes.map(({ y = 0 }) => y));
    const highest = captions(notes).map(({ y, text }) => (y === top ? breaks(text) : 0));
    return Math.max(0, ...highest) - Math.max(0, ...notes.map(({ text }) => breaks(text)));
  });
  const above = titleLines * LINE.title + captionLines * LINE.caption;

  const fitted = (part: NarrowLayout, isWhole: boolean): NarrowLayout => {
    const { title: own, annotations: notes } = part;
    const isFramed = own?.yref === 'container' && own.yanchor === 'bottom';
    return {
      ...part,
      ...(isText(own?.text) && {
        title: {
          ...own,
          text: title(own.text),
          ...(isFramed && { y: 1 - FIRST_BASELINE / (height + above) }),
        },
      }),
      ...(notes && { annotations: captions(notes) }),
      ...((isWhole || part.height !== undefined) && { height: (part.height ?? height) + above }),
      ...((isWhole || part.margin) && {
        margin: { ...part.margin, l, b, r: right, t: (part.margin?.t ?? t) + above },
      }),
    };
  };
  const below = {
    orientation: 'h',
    x: 0,
    xanchor: 'left',
    yanchor: 'top',
    y: -54 / (height - t - b),
  };
  const whole = fitted(layout, true);
  return {
    ...figure,
    layout: isAtRight ? { ...whole, legend: { ...layout.legend, ...below } } : whole,
    ...(figure.frames && {
      frames: figure.frames.map((frame) =>
        frame.layout ? { ...frame, layout: fitted(frame.layout, false) } : frame,
      ),
    }),
  };
}
