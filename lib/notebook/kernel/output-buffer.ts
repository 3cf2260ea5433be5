/**
 * Joins outputs of a cell in quick succession: text of one stream, and updates of one display.
 *
 * The first output of a quiet cell goes out at once; what follows within {@link FLUSH_MS} waits for
 * the end of that time. A loop that never yields is flushed while it writes.
 */
import type { CellError, CellSink, DisplayData, StreamName } from './cell-output.js';

/** Outputs that follow one another faster than this are joined. */
const FLUSH_MS = 40;

type Item =
  | { readonly kind: 'stream'; readonly name: StreamName; text: string }
  | { readonly kind: 'display'; content: DisplayData; readonly isUpdate: boolean };

/** A sink that joins outputs before it passes them to another. */
export class OutputBuffer implements CellSink {
  private items: Item[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushedAt = -Infinity;

  /**
   * @param target - gets what is joined
   * @param waiting - holds this buffer for as long as something waits in it, and not longer: a cell that
   *   has ended may still print
   */
  constructor(
    private readonly target: CellSink,
    private readonly waiting = new Set<OutputBuffer>(),
  ) {}

  stream(name: StreamName, text: string): void {
    const last = this.items.at(-1);
    if (last?.kind === 'stream' && last.name === name) {
      last.text += text;
    } else {
      this.items.push({ kind: 'stream', name, text });
    }
    this.schedule();
  }

  display(content: DisplayData, isUpdate: boolean): void {
    const waiting = isUpdate ? this.waitingDisplay(content.transient?.display_id) : undefined;
    if (waiting) {
      waiting.content = content;
    } else {
      this.items.push({ kind: 'display', content, isUpdate });
    }
    this.schedule();
  }

  error(error: CellError): void {
    this.flush();
    this.target.error(error);
  }

  /** Passes on everything that waits. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.delete(this);
    const { items } = this;
    this.items = [];
    for (const item of items) {
      if (item.kind === 'stream') {
        this.target.stream(item.name, item.text);
      } else {
        this.target.display(item.content, item.isUpdate);
      }
    }
    this.flushedAt = performance.now();
  }

  /** A display that waits under the same id; nobody has seen its content yet. */
  private waitingDisplay(id: string | undefined): Extract<Item, { kind: 'display' }> | undefined {
    return this.items.find(
      (item): item is Extract<Item, { kind: 'display' }> =>
        item.kind === 'display' && id !== undefined && item.content.transient?.display_id === id,
    );
  }

  private schedule(): void {
    if (performance.now() - this.flushedAt >= FLUSH_MS) {
      this.flush();
    } else {
      this.waiting.add(this);
      this.timer ??= setTimeout(() => {
        this.flush();
      }, FLUSH_MS);
    }
  }
}
