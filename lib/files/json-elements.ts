/** Reading large JSON files piece by piece: the elements of lists at their top, one after the other. */
import { DataError } from '../errors.js';
import { fileError } from './file-error.js';
import { jsonExcess } from './json-excess.js';
import { openFile } from './read-file.js';

/** A longer element is refused: 16 MiB. */
const MAX_ELEMENT_BYTES = 16 * 2 ** 20;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{` differ in this bit, and so do `]` and `}`. */
const CURLY = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Reads the objects in the lists of a JSON file of the form `{ "list": [{…}, {…}], … }`, without
 * holding more than one of them in memory. The file may have any size.
 *
 * @param onElement - called with each object and the name of its list
 * @throws {@link DataError} if the file is missing, cut off or no such JSON, or if an element is longer
 *   than 16 MiB
 * @throws the signal's reason if it is aborted
 */
export async function readJsonElements(
  file: string,
  onElement: (list: string, element: unknown) => void,
  signal?: AbortSignal,
): Promise<void> {
  const scanner = new Scanner(file, onElement);
  try {
    const handle = await openFile(file); // the stream closes it
    for await (const piece of handle.createReadStream({ highWaterMark: 2 ** 20, signal })) {
      scanner.read(piece as Buffer);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw fileError('read', file, error);
  }
  scanner.end();
}

/** Follows strings and brackets; everything else is left to `JSON.parse`. */
class Scanner {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  /** The text of the last string at the top: the name of a list, when one begins. */
  private text = '';
  private list = '';
  /** The pieces of the element that is being read. */
  private parts: Buffer[] | undefined;
  private length = 0;
  private total = 0;

  constructor(
    private readonly file: string,
    private readonly onElement: (list: string, element: unknown) => void,
  ) {}

  read(piece: Buffer): void {
    let from = 0; // where the element, or the string at the top, begins in this piece
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i];
      if (this.isInString) {
        if (this.isEscaped) {
          this.isEscaped = false;
        } else if (byte === BACKSLASH) {
          this.isEscaped = true;
        } else if (byte === QUOTE) {
          this.isInString = false;
          if (this.depth === 1) {
            this.addText(piece.subarray(from, i));
          }
        }
      } else if (byte === QUOTE) {
        this.isInString = true;
        if (this.depth === 1) {
          this.text = '';
          from = i + 1;
        }
      } else if ((byte | CURLY) === OPEN) {
        this.depth++;
        if (this.depth === 2) {
          this.list = this.text;
        } else if (this.depth === 3) {
          this.parts = [];
          this.length = 0;
          from = i;
        }
      } else if ((byte | CURLY) === CLOSE) {
        if (this.depth === 3) {
          this.keep(piece.subarray(from, i + 1));
          this.finish();
        }
        this.depth--;
      }
    }
    if (this.parts !== undefined) {
      this.keep(piece.subarray(from));
    } else if (this.isInString && this.depth === 1) {
      this.addText(piece.subarray(from));
    }
    this.total += piece.length;
  }

  end(): void {
    if (this.depth !== 0 || this.isInString || this.total === 0) {
      throw new DataError(
        `${this.file}: expected complete JSON, got an end after ${this.total} bytes; restore it from ` +
          'the download',
        this.file,
      );
    }
  }

  private addText(part: Buffer): void {
    if (this.text.length + part.length > MAX_ELEMENT_BYTES) {
      throw new DataError(
        `${this.file}: expected texts of at most ${MAX_ELEMENT_BYTES} bytes, got a longer one; it is not ` +
          'what it should be',
        this.file,
      );
    }
    this.text += part.toString('utf8');
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length > MAX_ELEMENT_BYTES) {
      throw new DataError(
        `${this.file}: expected elements of at most ${MAX_ELEMENT_BYTES} bytes in "${this.list}", got ` +
          'a longer one; it is not what it should be',
        this.file,
      );
    }
    this.parts?.push(part);
  }

  private finish(): void {
    const text = Buffer.concat(this.parts ?? []).toString('utf8');
    this.parts = undefined;
    const excess = jsonExcess(text);
    if (excess !== undefined) {
      throw new DataError(
        `${this.file}: expected ${excess} in an element of "${this.list}", got more; it is not what it ` +
          'should be',
        this.file,
      );
    }
    let element: unknown;
    try {
      element = JSON.parse(text);
    } catch (cause) {
      throw new DataError(
        `${this.file}: expected JSON in "${this.list}", got ${text.slice(0, 60)}; restore it from the ` +
          'download',
        this.file,
        { cause },
      );
    }
    this.onElement(this.list, element);
  }
}
