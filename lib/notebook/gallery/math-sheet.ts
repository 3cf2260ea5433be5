/** The style sheet of equations, with the fonts that KaTeX ships. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { MathStyles } from './math.js';

/** The name of the style sheet, beside that of the pages. */
export const MATH_SHEET = 'math.css';

/**
 * The style sheet of equations; empty where there are none. Its fonts are inside: some browsers load no fonts
 * for a page that is a file.
 *
 * @param styles - those of all pages
 */
export async function mathSheet(styles: MathStyles): Promise<string> {
  const own = styles.styleSheet();
  if (own === '') {
    return '';
  }
  const file = createRequire(import.meta.url).resolve('katex/dist/katex.min.css');
  const sheet = await readFile(file, 'utf8');
  const parts = await Promise.all(
    sheet.split(/(src:url\([^)]*\.woff2\)[^;}]*)/).map(async (part) => {
      const [, font] = /^src:url\(([^)]*)\)/.exec(part) ?? [];
      if (font === undefined) {
        return part;
      }
      const bytes = await readFile(path.join(path.dirname(file), font));
      return `src:url(data:font/woff2;base64,${bytes.toString('base64')}) format("woff2")`;
    }),
  );
  return `${parts.join('')}\n${own}`;
}
