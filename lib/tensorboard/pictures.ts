/** The pictures of a search: the trellis with β, and the cell that α decodes to. */
import { decodeCell } from '../decoder/cell.js';
import type { Figure } from '../plot/figure.js';
import { cellFigure } from '../plot/search-space/cell-figure.js';
import { trellisFigure } from '../plot/search-space/trellis-figure.js';
import { figureToPng } from '../plot/show/render.js';
import type { HistoryRow } from '../run/history-row.js';
import { trellisOf, type SearchSpaceShape } from '../search-space/shape.js';
import { picture, type SummaryValue } from './event.js';

/** Where a PNG file holds its width and its height. */
const PNG_WIDTH = 16;
const PNG_HEIGHT = 20;

async function drawn(tag: string, figure: Figure): Promise<SummaryValue> {
  const png = await figureToPng(figure, { scale: 1 });
  const size = { width: png.readUInt32BE(PNG_WIDTH), height: png.readUInt32BE(PNG_HEIGHT) };
  return picture(tag, png, size);
}

/** The pictures of a row; none without α, β and the space that they belong to. */
export async function rowPictures(
  { alpha, beta, kind }: HistoryRow,
  shape: SearchSpaceShape | undefined,
): Promise<SummaryValue[]> {
  if (alpha === null || beta === null || shape === undefined) {
    return [];
  }
  return [
    await drawn(`${kind}/trellis`, trellisFigure(trellisOf(shape), { beta })),
    await drawn(`${kind}/cell`, cellFigure(decodeCell(alpha, shape))),
  ];
}
