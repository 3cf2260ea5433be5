/** Writes executed notebooks as web pages that need no network. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { plotlyFile } from '../../plot/show/plotly-window.js';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { fileError } from '../../files/file-error.js';
import { browserScript } from './browser-script.js';
import {
  galleryPage,
  thumbnailOf,
  type GalleryNotebook,
  type GalleryPage,
} from './gallery-page.js';
import type { Introduction } from './introduction.js';
import { anchor, decoded, MarkdownRenderer, type MarkdownContext } from './markdown.js';
import { MATH_SHEET, mathSheet } from './math-sheet.js';
import { MathStyles } from './math.js';
import { pictureInside, SVG, svgAddress } from './picture-file.js';
import { ASSETS, indexPage, notebookPage } from './page.js';
import { styleSheet } from './style-sheet.js';

/** Contents and place of a gallery. */
export interface GalleryOptions {
  /** The folder to write to. */
  readonly folder: string;
  /** The notebooks in reading order. */
  readonly notebooks: readonly GalleryNotebook[];
  /** The title of the first page. */
  readonly title?: string;
  /** What the first page says before its cards, in Markdown. */
  readonly introduction?: Introduction | undefined;
}

/** A path as part of an address. */
const address = (file: string): string =>
  file.split(path.sep).map(encodeURIComponent).join('/').replaceAll('%2E%2E', '..');

/** Resolves the links and pictures of notebooks; remembers the files that the pages need. */
class PageFiles {
  /** Where each picture is copied to, by where it lies. */
  readonly copies = new Map<string, string>();

  constructor(
    private readonly folder: string,
    private readonly names: ReadonlySet<string>,
    private readonly math: MathStyles,
  ) {}

  contextOf({ file, name }: { readonly file: string; readonly name: string }): MarkdownContext {
    const home = path.dirname(path.resolve(file));
    return {
      link: (href) => this.link(home, href),
      image: (source) => this.image(home, name, source),
      math: this.math,
    };
  }

  private link(home: string, href: string): string | undefined {
    const [target, hash = ''] = href.split('#', 2);
    const end = hash === '' ? '' : `#${anchor(decoded(hash))}`;
    const file = path.resolve(home, decoded(target));
    const name = path.basename(file, '.ipynb');
    if (file.endsWith('.ipynb') && this.names.has(name)) {
      return `${encodeURIComponent(name)}.html${end}`;
    }
    if (!existsSync(file)) {
      return undefined;
    }
    return (
      address(path.relative(path.resolve(this.folder), file)) + (hash === '' ? '' : `#${hash}`)
    );
  }

  private image(home: string, page: string, source: string): string | undefined {
    const picture = pictureInside(home, decoded(source));
    if (picture === undefined || 'address' in picture) {
      return picture?.address;
    }
    const { file } = picture;
    const taken = new Set(this.copies.values());
    const { name, ext } = path.parse(file);
    let copy = this.copies.get(file) ?? `${ASSETS}/${page}-${name}${ext}`;
    for (let n = 2; !this.copies.has(file) && taken.has(copy); n++) {
      copy = `${ASSETS}/${page}-${name}-${n}${ext}`;
    }
    this.copies.set(file, copy);
    return address(copy);
  }
}

/**
 * Writes a gallery: `index.html` with one card per notebook, one page per notebook, and `assets` with
 * what they share. It can be opened from disk or copied to any server; nothing is fetched.
 *
 * @returns the path of `index.html`
 * @throws {@link DataError} if a file cannot be written
 *
 * @example
 * const notebook = await readNotebook('notebooks/01-search-space.ipynb');
 * const file = 'notebooks/01-search-space.ipynb';
 * await writeGallery({ folder: 'out/gallery', notebooks: [{ name: '01', notebook, file }] });
 */
export async function writeGallery({
  folder,
  notebooks,
  title = 'Auto-DeepLab in notebooks',
  introduction,
}: GalleryOptions): Promise<string> {
  const math = new MathStyles();
  const pages = notebooks.map((notebook) => galleryPage(notebook, math));
  const files = new PageFiles(folder, new Set(pages.map(({ name }) => name)), math);
  const at = (name: string) => path.join(folder, name);
  try {
    await mkdir(at(ASSETS), { recursive: true });
    await copyFile(plotlyFile(), at(`${ASSETS}/plotly.min.js`));
    const thumbnails = new Map<string, string>();
    for (const [i, page] of pages.entries()) {
      const notebookLink = page.executedFile && address(path.relative(folder, page.executedFile));
      const place = {
        galleryTitle: title,
        previous: pages[i - 1] as GalleryPage | undefined,
        next: pages[i + 1] as GalleryPage | undefined,
        notebookLink,
      };
      await writeFileAtomic(
        at(`${page.name}.html`),
        notebookPage(page, place, files.contextOf(page)),
      );
      const thumbnail = thumbnailOf(page.notebook);
      if (thumbnail?.type === SVG) {
        thumbnails.set(page.name, svgAddress(thumbnail.bytes));
      } else if (thumbnail) {
        const name = `${ASSETS}/${page.name}.${thumbnail.type.slice(6).replace('jpeg', 'jpg')}`;
        await writeFileAtomic(at(name), thumbnail.bytes);
        thumbnails.set(page.name, address(name));
      }
    }
    const words =
      introduction &&
      new MarkdownRenderer(files.contextOf({ ...introduction, name: 'index' })).render(
        introduction.text,
      );
    for (const [file, copy] of files.copies) {
      await copyFile(file, at(copy));
    }
    await writeFileAtomic(at(`${ASSETS}/style.css`), styleSheet.trimStart());
    await writeFileAtomic(at(`${ASSETS}/gallery.js`), browserScript());
    await writeFileAtomic(at('index.html'), indexPage(title, pages, thumbnails, words));
    await writeFileAtomic(at(`${ASSETS}/${MATH_SHEET}`), await mathSheet(math));
  } catch (error) {
    throw fileError('write', folder, error);
  }
  return at('index.html');
}
