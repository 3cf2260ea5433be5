/** The pages of the gallery as HTML documents. */
import { duration } from '../../duration.js';
import { escapeHtml } from '../../text.js';
import { hasTag, type CodeCell } from '../run/notebook.js';
import { INJECTED, PARAMETERS } from '../run/parameters.js';
import type { GalleryPage } from './gallery-page.js';
import { highlight } from './highlight.js';
import { MATH_SHEET } from './math-sheet.js';
import { MarkdownRenderer, type Heading, type MarkdownContext } from './markdown.js';
import { renderOutput } from './outputs.js';
import { shownText } from './sanitize.js';

/** Where the pages find what they share. */
export const ASSETS = 'assets';

/** The digest of an empty text: plotly.js makes empty style elements and adds its rules to them. */
const EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Only files beside the page are loaded and run; of what is in it, pictures and fonts are used. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' file:", // browsers take no file for 'self' when the page is one
  `style-src 'self' file: ${EMPTY}`,
  "img-src 'self' file: data: blob:",
  "font-src 'self' file: data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

interface DocumentParts {
  readonly title: string;
  readonly body: string;
  readonly hasFigures: boolean;
}

function htmlDocument({ title, body, hasFigures }: DocumentParts): string {
  const plotly = `<script defer src="${ASSETS}/plotly.min.js"></script>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${ASSETS}/style.css">
<link rel="stylesheet" href="${ASSETS}/${MATH_SHEET}">
<script defer src="${ASSETS}/gallery.js"></script>
${hasFigures ? plotly : ''}</head>
<body>
${body}
</body>
</html>
`;
}

/** HTML as plain text, for window titles. */
const plainText = (html: string): string => escapeHtml(shownText(html));

/** Where the page of a notebook is. */
const addressOf = ({ name }: GalleryPage): string => escapeHtml(encodeURIComponent(name));

function codeCell(cell: CodeCell, markdown: MarkdownRenderer): string {
  if (cell.source.trim() === '') {
    return '';
  }
  const label = hasTag(cell, PARAMETERS)
    ? 'parameters'
    : hasTag(cell, INJECTED)
      ? 'parameters given for this run'
      : undefined;
  const count = cell.execution_count === null ? '' : String(cell.execution_count);
  const outputs = cell.outputs.map((output) => renderOutput(output, markdown)).join('');
  return (
    `<section class="cell">${label === undefined ? '' : `<span class="label">${label}</span>`}` +
    `<div class="code"><span class="count" aria-hidden="true">${count}</span>` +
    `<pre class="listing"><code>${highlight(cell.source, 'typescript')}</code></pre></div>` +
    `<div class="outputs">${outputs}</div></section>\n`
  );
}

function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) {
    return '<div></div>';
  }
  const items = shown.map(
    ({ level, id, html }) => `<li class="level${level}"><a href="#${id}">${html}</a></li>`,
  );
  return `<details class="contents"><summary>On this page</summary><ol>${items.join('')}</ol></details>`;
}

function neighbour(page: GalleryPage | undefined, name: 'previous' | 'next'): string {
  return page === undefined
    ? ''
    : `<a class="${name}" rel="${name === 'next' ? 'next' : 'prev'}" href="${addressOf(page)}.html">` +
        `<small>${name}</small>${page.title}</a>`;
}

/** How long a notebook took and on what, in words. */
export function timeText({ seconds, backend }: GalleryPage): string {
  const parts = [
    ...(seconds === undefined ? [] : [duration(Math.max(1, seconds))]),
    ...(backend === undefined ? [] : [`on ${backend}`]),
  ];
  return parts.join(' ');
}

/** What a page knows of its place. */
export interface PagePlace {
  readonly galleryTitle: string;
  readonly previous: GalleryPage | undefined;
  readonly next: GalleryPage | undefined;
  /** Where the page finds the notebook itself, if it does. */
  readonly notebookLink: string | undefined;
}

/** The page of a notebook. */
export function notebookPage(
  page: GalleryPage,
  place: PagePlace,
  context: MarkdownContext,
): string {
  const markdown = new MarkdownRenderer(context);
  const cells = page.notebook.cells.map((cell) => {
    switch (cell.cell_type) {
      case 'code':
        return codeCell(cell, markdown);
      case 'markdown':
        return markdown.render(cell.source, cell.attachments);
      case 'raw':
        return '';
    }
  });
  const link =
    place.notebookLink === undefined
      ? ''
      : ` · <a href="${escapeHtml(place.notebookLink)}">notebook</a>`;
  const body = `<div class="frame">
<nav class="top"><a href="index.html">${escapeHtml(place.galleryTitle)}</a><span>${timeText(page)}${link}</span></nav>
${contents(markdown.headings)}
<main>
${cells.join('')}
</main>
<nav class="pages">${neighbour(place.previous, 'previous')}${neighbour(place.next, 'next')}</nav>
</div>`;
  return htmlDocument({ title: plainText(page.title), body, hasFigures: page.hasFigures });
}

function card(page: GalleryPage, thumbnail: string | undefined): string {
  const number = /^\d+/.exec(page.name)?.[0];
  const picture =
    thumbnail === undefined
      ? `<div class="thumb blank" aria-hidden="true">${number ?? '·'}</div>`
      : `<div class="thumb"><img alt="" src="${escapeHtml(thumbnail)}"></div>`;
  const ran = timeText(page);
  const time = page.failed
    ? '<span class="time failed">did not run to its end</span>'
    : `<span class="time">${page.readingMinutes} min to read${ran === '' ? '' : ` · ran ${ran}`}</span>`;
  return (
    `<li class="card">${picture}<h2>${number === undefined ? '' : `<span class="number">${number}</span>`}` +
    `<a href="${addressOf(page)}.html">${page.title}</a></h2>` +
    `${page.sentence === '' ? '' : `<p>${page.sentence}</p>`}${time}</li>`
  );
}

/**
 * The first page: an introduction, if there is one, and one card per notebook.
 *
 * @param thumbnails - where the page finds the pictures of the notebooks, by name
 * @param introduction - HTML
 */
export function indexPage(
  title: string,
  pages: readonly GalleryPage[],
  thumbnails: ReadonlyMap<string, string>,
  introduction = '',
): string {
  const seconds = pages.reduce((sum, page) => sum + (page.seconds ?? 0), 0);
  const facts = [
    `${pages.length} ${pages.length === 1 ? 'notebook' : 'notebooks'}`,
    ...(seconds > 0 ? [`run in ${duration(seconds)}`] : []),
  ];
  const body = `<div class="index">
<header><h1>${escapeHtml(title)}</h1><p>${facts.join(', ')}</p></header>
${introduction === '' ? '' : `<div class="introduction">\n${introduction}</div>\n`}<ol class="cards">
${pages.map((page) => card(page, thumbnails.get(page.name))).join('\n')}
</ol>
</div>`;
  return htmlDocument({ title: escapeHtml(title), body, hasFigures: false });
}
