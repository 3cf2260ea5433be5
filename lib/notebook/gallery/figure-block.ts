/** An interactive figure in a page: its data, what the dark theme changes, its picture. */
import type { Figure } from '../../plot/figure.js';
import { escapeHtml } from '../../text.js';
import { scriptJson, shownFigure } from '../../plot/show/plain-figure.js';

/** A value in place of another, at the end of a path of names. */
export type Patch = readonly [path: readonly (string | number)[], value: unknown];

/** What to change in one JSON value to get another. */
export function difference(
  from: unknown,
  to: unknown,
  path: readonly (string | number)[] = [],
): Patch[] {
  if (from === to) {
    return [];
  }
  const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (!isBranch(from) || !isBranch(to) || Array.isArray(from) !== Array.isArray(to)) {
    return [[path, to]];
  }
  const [before, after] = [from, to].map((value) => new Map(Object.entries(value)));
  if (before.size !== after.size || [...before.keys()].some((key) => !after.has(key))) {
    return [[path, to]];
  }
  return [...before].flatMap(([key, value]) =>
    difference(value, after.get(key), [...path, Array.isArray(from) ? Number(key) : key]),
  );
}

/**
 * A figure as HTML. The script of the page draws it in place of the picture.
 *
 * @param picture - the element that stands there until then, and where there are no scripts
 */
export function figureBlock(figure: Figure, picture: string, description: string): string {
  const light = shownFigure(figure, { theme: 'light' });
  const dark = shownFigure(figure, { theme: 'dark' });
  const content = { ...light, dark: difference(light, dark) };
  return (
    `<figure class="plot" role="img" aria-label="${escapeHtml(description)}">` +
    `<div class="still">${picture}</div><div class="drawing" hidden></div>` +
    `<script type="application/json">${scriptJson(content)}</script></figure>`
  );
}
