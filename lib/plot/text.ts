/** Words and numbers in figures. */

/** Text that stands as it is where plotly would read tags in it. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Breaks a text between words, so that no line is longer than `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** A number with few digits after the point, so that figures stay small. */
export function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}

/** A hidden state of a cell with the markup that plotly takes: `H<sup>l−2</sup>`, `block 1`, … */
export function stateLabel(state: number): string {
  return ['H<sup>l−2</sup>', 'H<sup>l−1</sup>'][state] ?? `block ${state - 1}`;
}
