/** Figures as static pictures, drawn without a browser. */
import { createHash } from 'node:crypto';
import { ConfigError } from '../../errors.js';
import { figureSize, type Figure, type FigureSize, type Trace } from '../figure.js';
import { withoutControls } from '../slider.js';
import { styleFigure, themeColors, type StyleOptions } from '../style.js';
import { useSomeFont } from './fonts.js';
import { plainFigure } from './plain-figure.js';
import { loadPlotlyForNode } from './plotly-window.js';

/** How a static picture is drawn. */
export interface RenderFigureOptions extends StyleOptions {
  /** Width in pixels; the figure's own, or 720, by default. */
  readonly width?: number;
  /** Height in pixels; the figure's own, or 420, by default. */
  readonly height?: number;
}

/** How a PNG is drawn. */
export interface RenderPngOptions extends RenderFigureOptions {
  /** Pixels of the picture for each pixel of the figure, 2 by default: sharp on a dense screen. */
  readonly scale?: number;
}

/**
 * Draws a figure as SVG. A figure with a slider is drawn as it first appears, without the slider.
 *
 * The first figure takes about a second, for plotly.js is loaded; the next ones 0.1 s.
 * @returns the text of an SVG document; the same figure gives the same text
 * @throws {@link ConfigError} if a trace needs WebGL: 3D, maps, `scattergl`
 * @throws {@link BackendError} if plotly.js fails
 *
 * @example
 * const svg = await figureToSvg(cellFigure(publishedArchitecture.genotype));
 */
export async function figureToSvg(
  figure: Figure,
  options: RenderFigureOptions = {},
): Promise<string> {
  const { data: traces, layout } = plainFigure(styleFigure(withoutControls(figure), options));
  // plotly draws ids at random; the same figure is to be the same document.
  const data = traces.map((trace, i) => ({ uid: `t${i}`, ...trace }));
  checkTypes(data);
  const plotly = await loadPlotlyForNode();
  const svg = await plotly.toImage(
    { data, layout },
    { format: 'svg', imageDataOnly: true, ...pictureSize(figure, options) },
  );
  const [, id] = /id="defs-([0-9a-f]{6})"/.exec(svg) ?? [];
  const own = createHash('sha256')
    .update(JSON.stringify({ data, layout }))
    .digest('hex')
    .slice(0, 6);
  return id === undefined ? svg : svg.replaceAll(id, own);
}

/** Types of traces that plotly draws by WebGL, which is not there. */
const WEBGL = /gl$|3d$|map$|mapbox$|^(surface|cone|streamtube|volume|isosurface|splom|parcoords)$/;

/** Refuses what plotly would try for ever. */
function checkTypes(data: readonly Trace[]): void {
  const types = data.map(({ type }) => type).filter((type) => type !== 'heatmap');
  const unable = types.find((type) => WEBGL.test(type));
  if (unable !== undefined) {
    throw new ConfigError(
      `figure: expected traces that need no WebGL to draw a picture, got one of type ${unable}; ` +
        'save it as .html, or draw it in two dimensions',
    );
  }
}

/**
 * Draws a figure as PNG, with a palette of at most 256 colours so that it stays small.
 *
 * On Linux without any font the letters are those of KaTeX, which has no others than Latin and Greek
 * ones.
 *
 * @returns the bytes of a PNG file
 *
 * @example
 * const png = await figureToPng(cellFigure(publishedArchitecture.genotype));
 */
export function figureToPng(figure: Figure, options: RenderPngOptions = {}): Promise<Buffer> {
  return drawPng(figure, options, 100);
}

/** The same, for notebooks: small rather than exact, unless it has photographs. */
export function figureToSmallPng(figure: Figure, options: RenderPngOptions): Promise<Buffer> {
  const { images } = figure.layout;
  const hasImages = Array.isArray(images) && images.length > 0;
  return drawPng(figure, options, hasImages ? 90 : 30);
}

/** The size of a figure's picture, which has no slider. */
export function pictureSize(figure: Figure, options: RenderFigureOptions = {}): FigureSize {
  const { width, height } = figureSize(withoutControls(figure));
  return { width: options.width ?? width, height: options.height ?? height };
}

async function drawPng(
  figure: Figure,
  options: RenderPngOptions,
  quality: number,
): Promise<Buffer> {
  const svg = await figureToSvg(figure, options);
  useSomeFont();
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: 72 * (options.scale ?? 2) })
    .flatten({ background: themeColors(options.theme ?? 'light').paper })
    .png({ palette: true, quality, compressionLevel: 9, dither: quality < 50 ? 0 : 1 })
    .toBuffer();
}
