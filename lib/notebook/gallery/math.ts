/** Equations between dollar signs as MathML, which browsers draw without fonts or styles of ours. */
import katex from 'katex';
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

/** An equation as MathML; one that cannot be read as its source, marked as a mistake. */
export function renderMath(source: string, isBlock: boolean): string {
  try {
    const html = katex.renderToString(source, { output: 'mathml', displayMode: isBlock });
    return html.replace(SOURCE, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `<code class="mistake" title="${escapeHtml(reason)}">${escapeHtml(source)}</code>`;
  }
}

const render = (token: unknown): string => {
  const { text, isBlock } = token as MathToken;
  return renderMath(text, isBlock);
};

const BLOCK = /^ {0,3}\$\$([\s\S]+?)\$\$ *(?:\n|$)/;
const INLINE_DISPLAY = /^\$\$([^$]+?)\$\$/;
/** As in Pandoc: no space inside the signs, no digit after them, so that `$5 and $6` is money. */
const INLINE = /^\$(?!\s)((?:\\[\s\S]|[^\\$`])+?)(?<!\s)\$(?!\d)/;

function token(type: string, match: RegExpExecArray | null, isBlock: boolean) {
  return match === null ? undefined : { type, raw: match[0], text: match[1].trim(), isBlock };
}

/** Extensions of marked for `$…$` and `$$…$$`. */
export const mathExtensions: readonly TokenizerAndRendererExtension[] = [
  {
    name: 'blockMath',
    level: 'block',
    start: (source) => /^ {0,3}\$\$/m.exec(source)?.index,
    tokenizer: (source) => token('blockMath', BLOCK.exec(source), true),
    renderer: render,
  },
  {
    name: 'inlineMath',
    level: 'inline',
    start: (source) => source.indexOf('$'),
    tokenizer: (source) =>
      token('inlineMath', INLINE_DISPLAY.exec(source), true) ??
      token('inlineMath', INLINE.exec(source), false),
    renderer: render,
  },
];
