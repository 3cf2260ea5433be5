/** Equations between dollar signs, in the fonts that KaTeX brings. */
import katex from 'katex';
import { createHash } from 'node:crypto';
import type { TokenizerAndRendererExtension } from 'marked';
import { escapeHtml } from '../../text.js';

interface MathToken {
  readonly type: string;
  readonly raw: string;
  readonly text: string;
  readonly isBlock: boolean;
}

/** The source inside the MathML, which the sanitiser would leave as visible text. */
const SOURCE = /<annotation [^>]*>[^<]*<\/annotation>/;

/**
 * The places and sizes of the parts of equations. KaTeX writes them as styles of elements, which the policy of
 * the pages drops; here each becomes a class.
 */
export class MathStyles {
  private readonly names = new Map<string, string>();

  /** The same HTML with classes in place of styles. */
  asClasses(html: string): string {
    return html.replace(
      /<(\w+)((?: [\w-]+="[^"]*")*?) style="([^"]*)"/g,
      (_, tag: string, attributes: string, style: string) => {
        const name = this.nameOf(style);
        const withClass = attributes.replace(/ class="/, ` class="${name} `);
        return `<${tag}${withClass === attributes ? `${attributes} class="${name}"` : withClass}`;
      },
    );
  }

  /** What the classes mean, as a style sheet; twice, to win over KaTeX's own. */
  styleSheet(): string {
    return [...this.names]
      .map(([style, name]) => `.katex .${name}.${name} { ${style} }\n`)
      .sort()
      .join('');
  }

  private nameOf(style: string): string {
    let name = this.names.get(style);
    if (name === undefined) {
      name = `m${createHash('sha256').update(style).digest('hex').slice(0, 8)}`;
      this.names.set(style, name);
    }
    return name;
  }
}

/**
 * An equation as HTML, with MathML for those who hear it; one that cannot be read as its source, marked as a
 * mistake.
 */
export function renderMath(source: string, isBlock: boolean, styles: MathStyles): string {
  try {
    const html = katex.renderToString(source, { displayMode: isBlock });
    return styles.asClasses(html.replace(SOURCE, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `<code class="mistake" title="${escapeHtml(reason)}">${escapeHtml(source)}</code>`;
  }
}

const BLOCK = /^ {0,3}\$\$([\s\S]+?)\$\$ *(?:\n|$)/;
const INLINE_DISPLAY = /^\$\$([^$]+?)\$\$/;
/** As in Pandoc: no space inside the signs, no digit after them, so that `$5 and $6` is money. */
const INLINE = /^\$(?!\s)((?:\\[\s\S]|[^\\$`])+?)(?<!\s)\$(?!\d)/;

function token(type: string, match: RegExpExecArray | null, isBlock: boolean) {
  return match === null ? undefined : { type, raw: match[0], text: match[1].trim(), isBlock };
}

/** Extensions of marked for `$…$` and `$$…$$`. */
export function mathExtensions(styles: MathStyles): TokenizerAndRendererExtension[] {
  const renderer = (found: unknown): string => {
    const { text, isBlock } = found as MathToken;
    return renderMath(text, isBlock, styles);
  };
  return [
    {
      name: 'blockMath',
      level: 'block',
      start: (source) => /^ {0,3}\$\$/m.exec(source)?.index,
      tokenizer: (source) => token('blockMath', BLOCK.exec(source), true),
      renderer,
    },
    {
      name: 'inlineMath',
      level: 'inline',
      start: (source) => source.indexOf('$'),
      tokenizer: (source) =>
        token('inlineMath', INLINE_DISPLAY.exec(source), true) ??
        token('inlineMath', INLINE.exec(source), false),
      renderer,
    },
  ];
}
