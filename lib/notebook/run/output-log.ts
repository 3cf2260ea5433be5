import type { DisplayData } from '../kernel/cell-output.js';
import { errorOutput } from './error-output.js';
import type { OutputEvent } from './messages.js';
import type { DisplayOutput, ErrorOutput, JsonObject, MimeBundle, Output } from './notebook.js';

/** The place of a display: which cell, which of its outputs. */
interface Place {
  readonly cell: number;
  readonly output: number;
}

function displayOutput({ data, metadata }: DisplayData): DisplayOutput {
  return {
    output_type: 'display_data',
    data: data as MimeBundle,
    metadata: metadata as JsonObject,
  };
}

/** The outputs of the cells of one run, put together from events as a notebook holds them. */
export class OutputLog {
  private readonly cells = new Map<number, Output[]>();
  private readonly displays = new Map<string, Place>();

  /** Takes an output of a cell. */
  add(cell: number, event: OutputEvent): void {
    const outputs = this.outputs(cell);
    switch (event.kind) {
      case 'stream': {
        const last = outputs.at(-1);
        if (last?.output_type === 'stream' && last.name === event.name) {
          outputs[outputs.length - 1] = { ...last, text: last.text + event.text };
        } else {
          outputs.push({ output_type: 'stream', name: event.name, text: event.text });
        }
        break;
      }
      case 'error':
        outputs.push(errorOutput(event.error));
        break;
      default:
        this.display(cell, event.content, event.kind === 'update');
    }
  }

  /** Ends the outputs of a cell with an error, in place of the one that it ended with. */
  endWith(cell: number, error: ErrorOutput): void {
    const outputs = this.outputs(cell);
    if (outputs.at(-1)?.output_type === 'error') {
      outputs.pop();
    }
    outputs.push(error);
  }

  /** The outputs of a cell so far. */
  of(cell: number): readonly Output[] {
    return this.cells.get(cell) ?? [];
  }

  private outputs(cell: number): Output[] {
    const outputs = this.cells.get(cell) ?? [];
    this.cells.set(cell, outputs);
    return outputs;
  }

  /** An update changes the display it names, in whichever cell that is. */
  private display(cell: number, content: DisplayData, isUpdate: boolean): void {
    const id = content.transient?.display_id;
    const place = id === undefined ? undefined : this.displays.get(id);
    if (isUpdate && place !== undefined) {
      this.outputs(place.cell)[place.output] = displayOutput(content);
      return;
    }
    const outputs = this.outputs(cell);
    if (id !== undefined) {
      this.displays.set(id, { cell, output: outputs.length });
    }
    outputs.push(displayOutput(content));
  }
}
