/** What the gallery shows of a notebook on its first page and in links to it. */
import { hasTag, notebookTitle, type Notebook } from '../run/notebook.js';
import { MarkdownRenderer } from './markdown.js';
import type { MathStyles } from './math.js';
import { figureOf, pictureOf } from './outputs.js';
import { readingMinutes } from './reading-time.js';
import { withoutLinks } from './sanitize.js';

/** A notebook to be shown. */
export interface GalleryNotebook {
  /** The name of its page, without extension. */
  readonly name: string;
  /** The notebook, executed. */
  readonly notebook: Notebook;
  /** Where it was read from: its relative links and pictures start there. */
  readonly file: string;
  /** Where it was written to with its outputs, for a link to it. */
  readonly executedFile?: string;
  /** How long it ran, in seconds. */
  readonly seconds?: number;
  /** What it ran on. */
  readonly backend?: string;
  /** True if it did not run to its end. */
  readonly failed?: boolean;
}

/** A notebook with what is said about it; title and sentence are HTML. */
export interface GalleryPage extends GalleryNotebook {
  readonly title: string;
  /** The first sentence after the title. */
  readonly sentence: string;
  /** How long a reader needs. */
  readonly readingMinutes: number;
  /** True if there is a figure that needs plotly.js. */
  readonly hasFigures: boolean;
}

/** A picture that stands for a notebook. */
export interface Thumbnail {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The tag of a cell whose picture stands for the notebook; without it the first picture does. */
const THUMBNAIL = 'thumbnail';

/** Up to a full stop that is not that of an abbreviation. */
const SENTENCE = /^[\s\S]*?(?<!\b(?:e\.g|i\.e|cf|al|vs|fig|eq|sec|no))[.!?](?=\s|$)/i;

/** The first sentence of the first paragraph, in markdown. */
function firstSentence({ cells }: Notebook): string {
  const text = cells
    .filter((cell) => cell.cell_type === 'markdown')
    .map(({ source }) => source)
    .join('\n\n');
  const paragraph = text
    .split(/\n\s*\n/)
    .map((part) => part.replace(/^(?:#.*\n?)+/, '').trim())
    .find((part) => /^[\p{L}\p{N}*_`"'(]/u.test(part) && !/^(?:[-*+]|\d+\.)\s/.test(part));
  const [sentence] = SENTENCE.exec(paragraph ?? '') ?? [paragraph ?? ''];
  return sentence.replace(/\s+/g, ' ').replace(/:$/, '.');
}

/**
 * What the gallery says about a notebook.
 *
 * @param math - where the styles of the equations in it are gathered
 */
export function galleryPage(entry: GalleryNotebook, math: MathStyles): GalleryPage {
  const nowhere = () => undefined;
  const inline = (text: string) =>
    new MarkdownRenderer({ link: nowhere, image: nowhere, math }).renderInline(text);
  const { notebook, name } = entry;
  // A number at the head of the title would stand beside that of the name.
  const title = (notebookTitle(notebook) ?? name).replace(/^\d+\s*[.·:–-]?\s+(?=\S)/, '');
  return {
    ...entry,
    title: withoutLinks(inline(title)),
    sentence: withoutLinks(inline(firstSentence(notebook))),
    readingMinutes: readingMinutes(notebook),
    hasFigures: notebook.cells.some(
      (cell) =>
        cell.cell_type === 'code' &&
        cell.outputs.some((output) => 'data' in output && figureOf(output) !== undefined),
    ),
  };
}

/** The picture that stands for a notebook; undefined if it has none. */
export function thumbnailOf({ cells }: Notebook): Thumbnail | undefined {
  const code = cells.filter((cell) => cell.cell_type === 'code');
  const chosen = code.filter((cell) => hasTag(cell, THUMBNAIL));
  for (const cell of chosen.length > 0 ? chosen : code) {
    for (const output of cell.outputs) {
      const picture = 'data' in output ? pictureOf(output) : undefined;
      if (picture) {
        return picture;
      }
    }
  }
  return undefined;
}
