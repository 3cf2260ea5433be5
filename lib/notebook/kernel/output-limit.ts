/** The limit of what one cell prints: a page with hundreds of thousands of lines no longer answers. */

/** The lines of text that a cell shows at most. */
const MOST_LINES = 10_000;
/** The characters that they have at most. */
const MOST_CHARACTERS = 4 * 2 ** 20;

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines++;
  }
  return lines;
}

/** The beginning of a text with so many lines; all of it if it has fewer. */
function firstLines(text: string, lines: number): string {
  let end = 0;
  for (let i = 0; i < lines; i++) {
    const next = text.indexOf('\n', end);
    if (next < 0) {
      return text;
    }
    end = next + 1;
  }
  return text.slice(0, end);
}

const grouped = (value: number): string => value.toLocaleString('en-US');

/** Said where the text of a cell is cut. */
const NOTICE =
  `\nmore than ${grouped(MOST_LINES)} lines or ${MOST_CHARACTERS / 2 ** 20} MiB of text: the rest of what ` +
  'this cell prints is left out\n';

/** Counts what a cell prints, and what of it is left out. */
export class OutputLimit {
  private lines = 0;
  private characters = 0;
  private linesLeftOut = 0;
  private charactersLeftOut = 0;

  /** What is shown of a text, and what is to be said after it. */
  take(text: string): { readonly shown: string; readonly notice: string | undefined } {
    if (this.charactersLeftOut > 0) {
      this.leaveOut(text);
      return { shown: '', notice: undefined };
    }
    const shown = firstLines(text, MOST_LINES - this.lines).slice(
      0,
      MOST_CHARACTERS - this.characters,
    );
    this.lines += linesIn(shown);
    this.characters += shown.length;
    if (shown.length === text.length) {
      return { shown, notice: undefined };
    }
    this.leaveOut(text.slice(shown.length));
    return { shown, notice: NOTICE };
  }

  /** How much was left out, in words; undefined if nothing was. */
  get summary(): string | undefined {
    const { charactersLeftOut: characters, linesLeftOut: lines } = this;
    if (characters === 0) {
      return undefined;
    }
    const [amount, noun] = lines > 0 ? [lines, 'line'] : [characters, 'character'];
    return `${grouped(amount)} ${noun}${amount === 1 ? '' : 's'} left out; write long output to a file\n`;
  }

  private leaveOut(text: string): void {
    this.linesLeftOut += linesIn(text);
    this.charactersLeftOut += text.length;
  }
}
