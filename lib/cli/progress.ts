/** Progress on the terminal: a bar with the time left, or plain lines where there is no terminal. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { EpochEvent, ImagesEvent, ProgressEvent, StepEvent } from '../training/events.js';
import { duration } from '../duration.js';
import { percent } from '../text.js';

/** Plain lines for steps and images come at most this often, in ms. */
const LINE_EVERY_MS = 15_000;

const left = (seconds: number | undefined): string =>
  seconds === undefined || seconds < 1 ? '' : `, ${duration(seconds)} left`;

/** Whether a number of a row is there; 0 is. */
const isKnown = (value: number | null | undefined): value is number =>
  typeof value === 'number' && !Number.isNaN(value);

const number = (value: number | null | undefined): string =>
  isKnown(value) ? Number(value.toPrecision(4)).toString() : '-';

function stepText({ epoch, epochs, loss, architectureLoss, dataShare }: StepEvent): string {
  const second = architectureLoss === null ? '' : `, architecture ${number(architectureLoss)}`;
  const waiting = dataShare > 0.05 ? `, ${percent(dataShare, 0)} waiting for data` : '';
  return `epoch ${epoch + 1}/${epochs}, loss ${number(loss)}${second}${waiting}`;
}

function epochText({ row, epochs, secondsLeft }: EpochEvent): string {
  const parts = [
    `epoch ${row.epoch + 1}/${epochs}`,
    `loss ${number(row.loss)}`,
    ...(isKnown(row.architectureLoss) ? [`architecture loss ${number(row.architectureLoss)}`] : []),
    ...(isKnown(row.meanIou) ? [`validation mIoU ${percent(row.meanIou, 2)}`] : []),
    ...(isKnown(row.seconds) ? [duration(row.seconds)] : []),
  ];
  return parts.join(', ') + left(secondsLeft);
}

/** Shows the events of one piece of work. Owns the terminal's last line; stop it when done. */
export class ProgressDisplay {
  private readonly stream: NodeJS.WriteStream;
  private readonly bars: MultiBar | undefined;
  private bar: { readonly of: string; readonly single: SingleBar } | undefined;
  private lastLine = performance.now();
  /** What lines begin with during a stage of a recipe. */
  private stage = '';

  /** @param stream - where to show it; standard error by default, results go to standard output */
  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.stream = stream;
    this.bars = stream.isTTY
      ? new MultiBar(
          {
            stream,
            format: ' {bar} {value}/{total} {text}',
            clearOnComplete: true,
            hideCursor: true,
          },
          Presets.shades_classic,
        )
      : undefined;
  }

  /** Takes an event; pass it on as `onProgress`. */
  readonly onProgress = (event: ProgressEvent): void => {
    switch (event.kind) {
      case 'step':
        this.advance('steps', event.step, event.steps, stepText(event) + left(event.secondsLeft));
        break;
      case 'images':
        this.images(event);
        break;
      case 'epoch':
        this.line(epochText(event));
        break;
      case 'note':
        this.line(event.text);
        break;
      case 'warning':
        this.line(`warning: ${event.text}`);
        break;
      case 'stage':
        this.stage = `stage ${event.stage} of ${event.stages}: `;
        this.line(`${event.name} (${event.program}), ${event.folder}`);
        break;
      case 'checkpoint':
        break;
    }
  };

  /** Prints a line that stays. */
  line(message: string): void {
    const text = this.stage + message;
    if (this.bars) {
      this.bars.log(`${text}\n`);
      this.bars.update();
    } else {
      this.stream.write(`${text}\n`);
    }
    this.lastLine = performance.now();
  }

  /** Removes the bar. */
  stop(): void {
    this.bars?.stop();
  }

  private images({ purpose, done, total, secondsLeft }: ImagesEvent): void {
    // The bar of a training stays while it validates.
    if (this.bars && this.bar?.of === 'steps' && purpose === 'validation') {
      const text = `${this.stage}validation ${done}/${total}${left(secondsLeft)}`;
      this.bar.single.update({ text });
    } else {
      this.advance(purpose, done, total, purpose + left(secondsLeft));
    }
  }

  private advance(of: string, value: number, total: number, message: string): void {
    if (this.bars) {
      const text = this.stage + message;
      if (this.bar?.of !== of) {
        if (this.bar) {
          this.bars.remove(this.bar.single);
        }
        this.bar = { of, single: this.bars.create(total, value, { text }) };
      }
      this.bar.single.update(value, { text });
    } else if (performance.now() - this.lastLine > LINE_EVERY_MS) {
      this.line(`${of} ${value}/${total}: ${message}`);
    }
  }
}
