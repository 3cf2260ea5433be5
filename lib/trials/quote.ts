/** A text as one word of a POSIX shell: nothing in it is expanded, line breaks included. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Several texts as words of a POSIX shell. */
export function shellWords(texts: readonly string[]): string {
  return texts.map(shellWord).join(' ');
}

/** Lines of a comment, in which no text can end a line. */
export function commentLines(texts: readonly string[]): string {
  return texts.map((text) => `# ${text.replaceAll(/[\r\n]+/g, ' ')}`).join('\n');
}
