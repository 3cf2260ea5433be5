/** Links in Markdown: where they lead, and whether that is there. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { marked, type Token, type Tokens } from 'marked';
import { repository } from './files.js';

/** A Markdown text, from a file of its own or from the cells of a notebook. */
function markdownOf(file: string): string {
  const text = readFileSync(path.join(repository, file), 'utf8');
  if (!file.endsWith('.ipynb')) {
    return text;
  }
  const { cells } = JSON.parse(text) as {
    cells: readonly { cell_type: string; source: string | readonly string[] }[];
  };
  return cells
    .filter(({ cell_type: type }) => type === 'markdown')
    .map(({ source }) => (typeof source === 'string' ? source : source.join('')))
    .join('\n\n');
}

function tokensOf(markdown: string): Token[] {
  const tokens: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    tokens.push(token);
  });
  return tokens;
}

/** The anchors of a text's headings, as GitHub and Jupyter make them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const token of tokensOf(markdown)) {
    if (token.type !== 'heading') {
      continue;
    }
    const slug = (token as Tokens.Heading).text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let unique = slug;
    for (let i = 1; anchors.has(unique); i++) {
      unique = `${slug}-${i}`;
    }
    anchors.add(unique);
  }
  return anchors;
}

/** The targets of all links and images of a text. */
export function linksOf(markdown: string): string[] {
  return tokensOf(markdown)
    .filter(({ type }) => type === 'link' || type === 'image')
    .map((token) => (token as Tokens.Link | Tokens.Image).href);
}

/**
 * What is wrong with the links of a file within the project; links to the web are not followed.
 *
 * @param file - a Markdown file or a notebook, relative to the project
 */
export function brokenLinks(file: string): string[] {
  const markdown = markdownOf(file);
  return linksOf(markdown)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .flatMap((target) => {
      const [place, anchor] = target.split('#', 2).map(decodeURIComponent);
      const aim = place === '' ? file : path.posix.join(path.posix.dirname(file), place);
      const found = path.join(repository, aim);
      if (aim.startsWith('..') || !existsSync(found)) {
        return [`${file}: no file ${target}`];
      }
      if (anchor === undefined || anchor === '') {
        return [];
      }
      const isText = statSync(found).isFile() && /\.(?:md|ipynb)$/.test(aim);
      return isText && anchorsOf(markdownOf(aim)).has(anchor)
        ? []
        : [`${file}: no heading for ${target}`];
    });
}
