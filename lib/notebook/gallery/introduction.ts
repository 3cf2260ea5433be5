/** What the first page of a gallery says before its cards. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readTextFile } from '../../files/text-file.js';

/** A text in Markdown, and the file that its links start from. */
export interface Introduction {
  readonly file: string;
  readonly text: string;
}

const MAX_BYTES = 2 ** 20;

/**
 * The introduction to a folder of notebooks: the paragraphs of its README.md between the title and the first
 * section, tables left out; undefined without a README.md.
 *
 * @throws {@link DataError} if it cannot be read
 */
export async function readIntroduction(folder: string): Promise<Introduction | undefined> {
  const file = path.join(folder, 'README.md');
  if (!existsSync(file)) {
    return undefined;
  }
  const [beginning] = (await readTextFile(file, MAX_BYTES)).split(/^## /m, 1);
  const paragraphs = beginning
    .replace(/^#.*$/gm, '')
    .split(/\n\s*\n/)
    .filter((part) => !/^\s*\|/.test(part));
  return { file, text: paragraphs.join('\n\n').trim() };
}
