/**
 * The examples in the documentation: `@example` blocks of sources, TypeScript blocks of Markdown, and those
 * in the text cells of notebooks, such as the solutions to their exercises.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFiles, repository } from './files.js';

/** One example. */
export interface Example {
  /** File and line, relative to the project. */
  readonly name: string;
  readonly file: string;
  /** The line that the code begins at, from 1; in a notebook of its cell. */
  readonly line: number;
  readonly code: string;
  /** False if it is marked `no-run`: it would take hours, or need data that nobody has. */
  readonly isRun: boolean;
}

const FENCE = /^(\s*)```\s*(.*)$/;

/** The TypeScript blocks of a Markdown text. */
export function markdownExamples(file: string, text: string): Example[] {
  return fenced(text.split('\n'))
    .filter(({ info }) => /^(?:ts|typescript)\b/.test(info))
    .map(({ info, line, code }) => example(file, line + 1, code, info));
}

/** The TypeScript blocks in the text cells of a notebook. */
export function notebookExamples(file: string, text: string): Example[] {
  const { cells } = JSON.parse(text) as {
    cells: readonly { cell_type: string; id: string; source: readonly string[] }[];
  };
  return cells
    .filter(({ cell_type: type }) => type === 'markdown')
    .flatMap(({ id, source }) =>
      markdownExamples(file, source.join('')).map((one) => {
        return { ...one, name: `${file}#${id}:${one.line}` };
      }),
    );
}

/** The `@example` blocks of the comments in a source. */
export function sourceExamples(file: string, text: string): Example[] {
  const examples: Example[] = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const start = text.slice(0, comment.index).split('\n').length;
    const lines = comment[0]
      .replace(/\*\/$/, '')
      .split('\n')
      .map((line) => line.replace(/^\s*\/?\*{1,2} ?/, '').trimEnd());
    for (const [i, line] of lines.entries()) {
      if (!line.startsWith('@example')) {
        continue;
      }
      const rest = lines.slice(i + 1);
      const end = rest.findIndex((other) => /^@\w/.test(other));
      const block = end < 0 ? rest : rest.slice(0, end);
      const [first] = fenced(block);
      examples.push(
        first === undefined
          ? example(file, start + i + 1, block.join('\n').trimEnd(), '')
          : example(file, start + i + 1 + first.line, first.code, first.info),
      );
    }
  }
  return examples;
}

/** All examples of the project. */
export function projectExamples(): Example[] {
  const read = (file: string) => readFileSync(path.join(repository, file), 'utf8');
  return [
    ...projectFiles('.md').flatMap((file) => markdownExamples(file, read(file))),
    ...projectFiles('.ipynb', 'notebooks').flatMap((file) => notebookExamples(file, read(file))),
    ...projectFiles('.ts', 'lib').flatMap((file) => sourceExamples(file, read(file))),
  ];
}

function example(file: string, line: number, code: string, info: string): Example {
  return { name: `${file}:${line}`, file, line, code, isRun: !/\bno-run\b/.test(info) };
}

/** The blocks between fences; `line` counts from 1 and is that of the opening fence. */
function fenced(lines: readonly string[]) {
  const blocks: { info: string; line: number; code: string }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const open = FENCE.exec(lines[i]);
    if (open === null) {
      continue;
    }
    const start = i + 1;
    i = lines.findIndex((line, j) => j >= start && FENCE.exec(line)?.[2] === '');
    if (i < 0) {
      throw new Error(`a block that is not closed: ${lines[start - 1]}`);
    }
    const code = lines.slice(start, i).map((line) => line.slice(open[1].length));
    blocks.push({ info: open[2], line: start, code: code.join('\n') });
  }
  return blocks;
}
