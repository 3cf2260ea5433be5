/**
 * How wide a text is, without a browser and without reading fonts.
 *
 * The widths are those of DejaVu Sans, which is as wide as Verdana and wider than Helvetica and
 * Arial: a figure that is laid out by them has room for its labels in any of the usual fonts, and is
 * the same figure on every machine.
 */

/** Widths of the characters from space to `~` in hundredths of the font size. */
const WIDTHS = [
  32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
  64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 78, 75, 30, 30, 66, 56, 86, 75, 79,
  60, 79, 70, 64, 61, 73, 68, 99, 68, 61, 68, 39, 34, 39, 84, 50, 50, 61, 64, 55, 64, 62, 35, 64,
  63, 28, 28, 58, 28, 97, 63, 61, 64, 64, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
];

/** Widths of other characters that figures use, in hundredths of the font size. */
const OTHER_WIDTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    [
      [32, '·\u00a0'],
      [40, '²³¹'],
      [50, '–°'],
      [60, 'βγλ•ïîíì'],
      [64, 'αμσΣéèêëàáâäöóòôüúùûñçß'],
      [84, '×−→←↑↓≥≤±≈'],
      [100, '—…'],
    ] as const
  ).flatMap(([width, characters]) => [...characters].map((character) => [character, width])),
);

/** How much wider bold letters are. */
const BOLD = 1.11;

/** Height of the letters above the line they stand on, in font sizes. */
export const ASCENT = 0.93;
/** Depth of the letters below it, in font sizes. */
export const DESCENT = 0.24;

/** The font of a text as far as its width goes. */
export interface TextStyle {
  /** In pixels. */
  readonly size: number;
  readonly bold?: boolean;
}

/** The width of one line of text in pixels. */
export function textWidth(text: string, { size, bold = false }: TextStyle): number {
  let hundredths = 0;
  for (const character of text) {
    const width = WIDTHS[(character.codePointAt(0) ?? 0) - 32];
    hundredths += width ?? OTHER_WIDTHS[character] ?? 75;
  }
  return (hundredths / 100) * size * (bold ? BOLD : 1);
}
