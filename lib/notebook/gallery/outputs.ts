/** The outputs of code cells as HTML. */
import type { Figure } from '../../plot/figure.js';
import { count, escapeHtml } from '../../text.js';
import { PLOTLY, type DisplayOutput, type Output, type ResultOutput } from '../run/notebook.js';
import { figureBlock } from './figure-block.js';
import type { MarkdownRenderer } from './markdown.js';
import { renderMath } from './math.js';
import { safeHtml } from './sanitize.js';

type Rich = DisplayOutput | ResultOutput;

/** Types that are shown as pictures, best first. */
const PICTURES = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;

// oxlint-disable-next-line no-control-regex
const COLOUR_CODES = /\x1b\[[\d;?]*[A-Za-z]/g;

/** Text as a terminal leaves it: without colours, and of lines that overwrite themselves the last. */
export function terminalText(text: string): string {
  return text
    .replace(COLOUR_CODES, '')
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map((line) => line.replace(/\r$/, '').replace(/^[\s\S]*\r/, ''))
    .join('\n');
}

/** Longer texts are folded, in lines. */
const LONG = 60;

/** Whether most lines have gaps in them: columns, which broken lines would destroy. */
function hasColumns(lines: readonly string[]): boolean {
  const withGaps = lines.filter((line) => /\S {2,}\S.* {2,}\S/.test(line));
  return lines.length > 1 && withGaps.length > lines.length / 2;
}

function block(name: string, text: string): string {
  const clean = terminalText(text).replace(/\n+$/, '');
  if (clean.trim() === '') {
    return '';
  }
  const lines = clean.split('\n');
  const shown = `<pre class="${name}${hasColumns(lines) ? ' columns' : ''}">${escapeHtml(clean)}</pre>`;
  return lines.length <= LONG
    ? shown
    : `<div class="long">${shown}<label><input type="checkbox">` +
        `<span class="more">show all ${count(lines.length, 'line')}</span>` +
        '<span class="less">show fewer lines</span></label></div>';
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The figure of an output; undefined if it has none, or one that plotly.js could not draw. */
export function figureOf({ data }: Rich): Figure | undefined {
  const figure = data[PLOTLY] as unknown as Partial<Figure> | null | undefined;
  if (!isObject(figure) || !Array.isArray(figure.data)) {
    return undefined;
  }
  const { layout, frames, ...rest } = figure;
  const states: unknown = frames ?? [];
  if (!isObject(layout ?? {}) || !Array.isArray(states) || !states.every(isObject)) {
    return undefined;
  }
  return { ...rest, data: figure.data, layout: layout ?? {}, ...(frames && { frames }) };
}

/** The picture of an output; undefined if it has none. */
export function pictureOf({
  data,
  metadata,
}: Rich): { type: string; bytes: Buffer; width?: number } | undefined {
  for (const type of PICTURES) {
    const content = data[type];
    if (typeof content === 'string') {
      const size = metadata[type] as { width?: unknown } | undefined;
      return {
        type,
        bytes: Buffer.from(content, type === 'image/svg+xml' ? 'utf8' : 'base64'),
        ...(typeof size?.width === 'number' && { width: size.width }),
      };
    }
  }
  return undefined;
}

function picture(output: Rich, description: string): string | undefined {
  const found = pictureOf(output);
  if (found === undefined) {
    return undefined;
  }
  const { type, bytes, width } = found;
  const size = width === undefined ? '' : ` width="${Math.round(width)}"`;
  return (
    `<img alt="${escapeHtml(description)}"${size} ` +
    `src="data:${type};base64,${bytes.toString('base64')}">`
  );
}

function rich(output: Rich, markdown: MarkdownRenderer): string {
  const { data } = output;
  const text = (type: string) => (typeof data[type] === 'string' ? data[type] : undefined);
  const plain = text('text/plain');
  const image = picture(output, plain ?? 'picture');
  const figure = figureOf(output);
  if (figure) {
    const still = image ?? '<p class="absent">An interactive figure; it needs scripts.</p>';
    return figureBlock(figure, still, plain ?? 'figure');
  }
  const shown = image && `<div class="picture">${image}</div>`;
  if (shown !== undefined && data[PLOTLY] !== undefined) {
    return shown; // its HTML would be a figure by scripts
  }
  const [html, words, latex] = [text('text/html'), text('text/markdown'), text('text/latex')];
  if (html !== undefined) {
    return `<div class="wide html">${safeHtml(html)}</div>`;
  }
  if (words !== undefined) {
    return `<div class="words">${markdown.render(words)}</div>`;
  }
  if (latex !== undefined) {
    return renderMath(latex.replace(/^\s*\$+|\$+\s*$/g, ''), true, markdown.context.math);
  }
  return shown ?? block('stdout', plain ?? '');
}

/** An output as HTML; empty if there is nothing to see. */
export function renderOutput(output: Output, markdown: MarkdownRenderer): string {
  switch (output.output_type) {
    case 'stream':
      return block(output.name, output.text);
    case 'error':
      return block('error', output.traceback.join('\n') || `${output.ename}: ${output.evalue}`);
    default:
      return rich(output, markdown);
  }
}
