import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../lib/errors.js';
import { readHistory } from '../../lib/run/history.js';
import { HistoryWriter } from '../../lib/run/history-writer.js';
import { completeShape } from '../../lib/search-space/shape.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

import { entryAt, stepHistories, stepsOf } from './step-histories.js';

const PYARROW = fileURLToPath(new URL('../fixtures/pyarrow-history.arrow', import.meta.url));
const { newFile, historyOf } = stepHistories(temporaryFolder());

describe('HistoryWriter and readHistory', () => {
  it('keep every column, nulls and NaN', async () => {
    const file = newFile();
    const history = await HistoryWriter.open(file, 0);
    const full = {
      epoch: 3,
      step: 44,
      phase: 'architecture',
      kind: 'epoch',
      loss: NaN,
      architectureLoss: 0.1,
      gradientNorm: 7,
      architectureGradientNorm: 0.01,
      validationLoss: 2,
      meanIou: 0.3,
      pixelAccuracy: 0.9,
      learningRate: 0.025,
      architectureLearningRate: 0.003,
      alpha: Float32Array.of(0.5, -1, 2),
      beta: new Float32Array(),
      alphaEntropy: 2,
      betaEntropy: 1,
      seconds: 3.5,
      dataSeconds: 0,
      memoryBytes: 2 ** 40 + 1,
    };
    history.add(full);
    history.add({ epoch: 4, step: 45, phase: 'weights', kind: 'step', alpha: null });
    await history.close();
    const nulls = Object.fromEntries(Object.keys(full).map((name) => [name, null]));
    expect((await readHistory(file)).rows).toEqual([
      full,
      { ...nulls, epoch: 4, step: 45, phase: 'weights', kind: 'step' },
    ]);
  });

  it('reads a history that pyarrow wrote, with a column missing and one unknown', async () => {
    const { rows, searchSpace } = await readHistory(PYARROW);
    expect(searchSpace).toBeUndefined();
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ epoch: 0, step: 5, phase: 'weights', loss: 2.5, beta: null });
    expect(rows[0].alpha).toEqual(Float32Array.of(0.5, -1));
    expect(rows[1]).toMatchObject({
      kind: 'epoch',
      loss: null,
      meanIou: 0.25,
      pixelAccuracy: null,
    });
    expect(rows[0]).not.toHaveProperty('unknownToUs');
  });

  it('carries the search space, and refuses to continue that of another one', async () => {
    const file = newFile();
    const searchSpace = completeShape({ blocks: 2, operations: ['none', 'sep_conv_3x3'] });
    const history = await HistoryWriter.open(file, 0, { searchSpace });
    history.add(entryAt(1));
    await history.close();
    expect((await readHistory(file)).searchSpace).toEqual(searchSpace);
    const again = await HistoryWriter.open(file, 1, { searchSpace });
    again.add(entryAt(2));
    await again.close();
    expect(await stepsOf(file)).toEqual([1, 2]);
    expect((await readHistory(file)).searchSpace).toEqual(searchSpace);
    const other = completeShape({ blocks: 3, operations: ['none', 'sep_conv_3x3'] });
    for (const wrong of [other, undefined]) {
      await expect(HistoryWriter.open(file, 2, { searchSpace: wrong })).rejects.toThrow(
        /expected the history of the search space .*, got that of .*"blocks":2.*start a new run/,
      );
    }
    expect(await stepsOf(file)).toEqual([1, 2]);
  });

  it('reads no history whose metadata is not a search space, and writes none that is too long', async () => {
    const file = newFile();
    const searchSpace = completeShape({});
    await (await HistoryWriter.open(file, 0, { searchSpace })).close();
    const text = readFileSync(file, 'latin1');
    writeFileSync(file, text.replace('"blocks":5', '"blocks":x'), 'latin1');
    await expect(readHistory(file)).rejects.toThrow("expected a history in Arrow's");
    const operations = Array.from({ length: 3000 }, (_, i) => `operation_${i}`);
    await expect(
      HistoryWriter.open(newFile(), 0, { searchSpace: { ...searchSpace, operations } }),
    ).rejects.toThrow(/expected a search space of at most 16384 bytes/);
  });

  it('continues a history whose columns were others', async () => {
    const file = newFile();
    copyFileSync(PYARROW, file);
    const history = await HistoryWriter.open(file, 10);
    history.add(entryAt(11));
    await history.close();
    expect(await stepsOf(file)).toEqual([5, 10, 11]);
  });

  it('appends without touching what is there', async () => {
    const file = await historyOf([1, 2]);
    const before = readFileSync(file);
    const history = await HistoryWriter.open(file, 2);
    history.add(entryAt(3));
    await history.close();
    expect(readFileSync(file).subarray(0, before.length).equals(before)).toBe(true);
    expect(await stepsOf(file)).toEqual([1, 2, 3]);
  });

  it('can be read while it is written, up to the last flush', async () => {
    const file = newFile();
    const history = await HistoryWriter.open(file, 0);
    expect(await stepsOf(file)).toEqual([]);
    history.add(entryAt(1));
    expect(await stepsOf(file)).toEqual([]);
    await history.flush();
    expect(await stepsOf(file)).toEqual([1]);
    history.add(entryAt(2));
    const first = history.flush();
    history.add(entryAt(3));
    await Promise.all([first, history.flush(), history.flush()]);
    expect(await stepsOf(file)).toEqual([1, 2, 3]);
    await history.close();
  });

  it('removes the rows of steps after the checkpoint, so that none is written twice', async () => {
    const file = await historyOf([1, 2, 3, 4]);
    const history = await HistoryWriter.open(file, 2);
    expect(await stepsOf(file)).toEqual([1, 2]);
    history.add(entryAt(3));
    await history.close();
    expect(await stepsOf(file)).toEqual([1, 2, 3]);
  });

  it('takes each row once, whatever batches a file was put together of', async () => {
    const file = await historyOf([1, 2]);
    const [bytes, end] = [readFileSync(file), statSync(await historyOf([1])).size];
    writeFileSync(file, Buffer.concat([bytes, bytes.subarray(end)]));
    expect(await stepsOf(file)).toEqual([1, 2]);
    expect((await readHistory(file)).damage).toMatch('rows behind step 2 may be lost');
  });

  it('keeps its rows for another try when writing fails', async () => {
    const file = newFile();
    let isFull = false;
    const history = await HistoryWriter.open(file, 0, {
      guard: () => (isFull ? Promise.reject(new DataError('the disk is full')) : Promise.resolve()),
    });
    history.add(entryAt(1));
    isFull = true;
    await expect(history.flush()).rejects.toThrow('the disk is full');
    isFull = false;
    history.add(entryAt(2));
    await history.close();
    expect(await stepsOf(file)).toEqual([1, 2]);
  });

  it('refuses a row that does not fit its columns', async () => {
    const history = await HistoryWriter.open(newFile(), 0);
    expect(() => {
      history.add({ ...entryAt(1), step: 0.5 });
    }).toThrow(ConfigError);
    await history.close();
  });
});
