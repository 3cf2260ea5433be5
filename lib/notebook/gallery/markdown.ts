/** The text cells of notebooks as HTML. */
import { Marked, type Tokens } from 'marked';
import { escapeHtml } from '../../text.js';
import type { Attachments } from '../run/notebook.js';
import { highlight } from './highlight.js';
import { mathExtensions, type MathStyles } from './math.js';
import { isSafeLink, safeHtml, shownText, withoutLinks } from './sanitize.js';

/** A heading of a page. */
export interface Heading {
  /** 1 for the title. */
  readonly level: number;
  /** The end of links to it. */
  readonly id: string;
  /** As HTML, without links. */
  readonly html: string;
}

/** What a page needs to know to render its texts. */
export interface MarkdownContext {
  /** Where a link of the notebook leads to from the page; undefined for nowhere. */
  readonly link: (href: string) => string | undefined;
  /** Where the page finds a picture of the notebook; undefined if it is not there. */
  readonly image: (source: string) => string | undefined;
  /** Where the styles of its equations are gathered. */
  readonly math: MathStyles;
}

/** The end of a link to a heading, as GitHub makes it. */
export function anchor(text: string): string {
  return text
    .toLowerCase()
    .replace(/<[^>]*>|&\w+;/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

const isRemote = (address: string): boolean => /^(?:[a-z][a-z\d+.-]+:|\/\/)/i.test(address);

/** An address without its escapes; as it stands if they cannot be read. */
export function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** Renders the text cells of one page, whose headings have ids of their own. */
export class MarkdownRenderer {
  /** The headings so far, in order. */
  readonly headings: Heading[] = [];
  private readonly ids = new Map<string, number>();
  private readonly marked: Marked;
  private attachments: Attachments = {};

  constructor(readonly context: MarkdownContext) {
    const page = this; // oxlint-disable-line typescript/no-this-alias -- `this` is marked's
    this.marked = new Marked({
      gfm: true,
      extensions: mathExtensions(context.math),
      renderer: {
        heading({ tokens, depth }: Tokens.Heading): string {
          return page.heading(depth, this.parser.parseInline(tokens));
        },
        code({ text, lang }: Tokens.Code): string {
          const name = lang === 'ts' ? 'typescript' : lang === 'sh' ? 'bash' : lang;
          return `<pre class="listing"><code>${highlight(text, name)}</code></pre>\n`;
        },
        link({ href, tokens }: Tokens.Link): string {
          return page.link(href, this.parser.parseInline(tokens));
        },
        checkbox({ checked }: Tokens.Checkbox): string {
          return checked ? '☑ ' : '☐ '; // no form
        },
        image({ href, text }: Tokens.Image): string {
          return page.image(href, text);
        },
        table(token: Tokens.Table): string {
          const row = (cells: readonly Tokens.TableCell[]) =>
            `<tr>${cells.map((cell) => this.tablecell(cell)).join('')}</tr>`;
          return (
            `<div class="wide"><table><thead>${row(token.header)}</thead>` +
            `<tbody>${token.rows.map(row).join('')}</tbody></table></div>\n`
          );
        },
      },
    });
  }

  /** A text cell. */
  render(text: string, attachments: Attachments = {}): string {
    this.attachments = attachments;
    return safeHtml(this.marked.parse(text, { async: false }));
  }

  /** A text without paragraphs, such as a title. */
  renderInline(text: string): string {
    return safeHtml(this.marked.parseInline(text, { async: false }));
  }

  private heading(level: number, html: string): string {
    const base = anchor(shownText(html)) || 'section';
    const times = this.ids.get(base) ?? 0;
    this.ids.set(base, times + 1);
    const id = times === 0 ? base : `${base}-${times}`;
    this.headings.push({ level, id, html: withoutLinks(html) });
    return `<h${level} id="${id}">${html}<a class="here" href="#${id}" aria-label="link to here">#</a></h${level}>\n`;
  }

  private link(href: string, html: string): string {
    if (href.startsWith('#')) {
      return `<a href="#${anchor(decoded(href.slice(1)))}">${html}</a>`;
    }
    const target = !isRemote(href) ? this.context.link(href) : isSafeLink(href) ? href : undefined;
    return target === undefined ? html : `<a href="${escapeHtml(target)}">${html}</a>`;
  }

  private image(source: string, description: string): string {
    const address = this.imageAddress(source);
    const alt = escapeHtml(description);
    return address === undefined
      ? `<em class="absent">[picture: ${alt || escapeHtml(source)}]</em>`
      : `<img src="${escapeHtml(address)}" alt="${alt}">`;
  }

  private imageAddress(source: string): string | undefined {
    if (source.startsWith('data:')) {
      return source;
    }
    if (source.startsWith('attachment:')) {
      const bundle = this.attachments[decoded(source.slice('attachment:'.length))] ?? {};
      const [type, data] = Object.entries(bundle)[0] ?? [];
      return typeof data === 'string' ? `data:${type};base64,${data.trim()}` : undefined;
    }
    return isRemote(source) ? undefined : this.context.image(source); // nothing is fetched
  }
}
