import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ProgressDisplay } from '../../lib/cli/progress.js';
import type { HistoryEntry } from '../../lib/run/history-row.js';

/** The line of an epoch. */
function lineOf(numbers: Partial<HistoryEntry>): string {
  let text = '';
  const stream = { isTTY: false, write: (line: string) => (text += line) };
  const display = new ProgressDisplay(stream as unknown as NodeJS.WriteStream);
  const row = { epoch: 0, step: 3, phase: 'retrain', kind: 'epoch', ...numbers };
  display.onProgress({ kind: 'epoch', epochs: 2, row, secondsLeft: undefined });
  display.stop();
  return text.trimEnd();
}

describe('the line of an epoch', () => {
  it('has a validation mIoU of 0 and a loss of 0', () => {
    expect(lineOf({ loss: 0, architectureLoss: 0, meanIou: 0 })).toBe(
      'epoch 1/2, loss 0, architecture loss 0, validation mIoU 0.00 %',
    );
  });

  it('has no score where there was no validation', () => {
    const line = 'epoch 1/2, loss 0.5';
    expect(lineOf({ loss: 0.5, meanIou: null })).toBe(line);
    expect(lineOf({ loss: 0.5, meanIou: NaN, architectureLoss: null })).toBe(line);
  });
});

it('prints notes and warnings as lines where there is no terminal', async () => {
  const stream = new PassThrough();
  const { onProgress } = new ProgressDisplay(stream as unknown as NodeJS.WriteStream);
  onProgress({ kind: 'note', text: 'train, 2 label maps: road 60.0 %, sky 40.0 %' });
  onProgress({ kind: 'warning', text: 'train lacks car, found in val' });
  stream.end();
  expect(await text(stream)).toBe(
    'train, 2 label maps: road 60.0 %, sky 40.0 %\nwarning: train lacks car, found in val\n',
  );
});
