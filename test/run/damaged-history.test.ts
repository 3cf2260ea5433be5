import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { readHistory, type RunHistory } from '../../lib/run/history.js';
import { HistoryWriter } from '../../lib/run/history-writer.js';
import { PAPER_SHAPE } from '../../lib/search-space/shape.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

import { entryAt, stepHistories, stepsOf } from './step-histories.js';

const { newFile, historyOf } = stepHistories(temporaryFolder());

describe('a damaged history', () => {
  it('gives the whole batches before the cut, wherever the file is cut off', async () => {
    const file = await historyOf([1, 2, 3]);
    const bytes = readFileSync(file);
    const { size: whole } = statSync(await historyOf([1, 2]));
    for (let length = whole; length < bytes.length; length += 64) {
      truncateSync(file, 0);
      writeFileSync(file, bytes.subarray(0, length));
      expect(await stepsOf(file)).toEqual([1, 2]);
    }
  });

  it('writes over a torn end', async () => {
    const file = await historyOf([1, 2, 3]);
    truncateSync(file, statSync(file).size - 100);
    const history = await HistoryWriter.open(file, 2);
    history.add(entryAt(3));
    await history.close();
    expect(await stepsOf(file)).toEqual([1, 2, 3]);
    expect(existsSync(`${file}.damaged`)).toBe(false);
  });

  it('keeps a copy of a file that is damaged in the middle, and all rows that are not', async () => {
    const file = await historyOf([1, 2, 3]);
    const bytes = readFileSync(file);
    const end = statSync(await historyOf([1])).size;
    bytes.fill(0, end, end + 8);
    writeFileSync(file, bytes);
    expect(await readHistory(file)).toMatchObject({
      damage: `${file} is damaged: 1 of 3 rows lost, behind step 1`,
    });
    const history = await HistoryWriter.open(file, 3);
    expect(history.takeNotes()).toEqual([
      `${file}: 1 of 3 rows lost, behind step 1; the old file is ${file}.damaged`,
    ]);
    expect(history.takeNotes()).toEqual([]);
    history.add(entryAt(4));
    await history.close();
    expect(await stepsOf(file)).toEqual([1, 3, 4]);
    expect(readFileSync(`${file}.damaged`).equals(bytes)).toBe(true);
    expect((await readHistory(file)).damage).toMatch('1 of 4 rows lost, behind step 1');
    writeFileSync(file, bytes);
    await (await HistoryWriter.open(file, 3)).close();
    expect(readFileSync(`${file}.damaged-2`).equals(bytes)).toBe(true);
  });

  it('says which rows are gone if the file was removed or is an older one', async () => {
    const file = await historyOf([1, 2]);
    const older = await HistoryWriter.open(file, 4);
    expect(older.takeNotes()).toEqual([
      `${file}: 2 of 4 rows lost, behind step 2; the file was removed or cut`,
    ]);
    await older.close();
    rmSync(file);
    const removed = await HistoryWriter.open(file, 4);
    expect(removed.takeNotes()).toEqual([
      `${file}: 4 of 4 rows lost, from the first on; the file was removed or cut`,
    ]);
    removed.add(entryAt(5));
    await removed.close();
    expect(await readHistory(file)).toMatchObject({
      damage: `${file} is damaged: 4 of 5 rows lost, from the first on`,
    });
  });

  it.each(['removed', 'replaced'])(
    'puts back a file that is %s while it is written',
    async (how) => {
      const file = newFile();
      const history = await HistoryWriter.open(file, 0);
      history.add(entryAt(1));
      await history.flush();
      rmSync(file);
      if (how === 'replaced') {
        writeFileSync(file, 'another file');
      }
      history.add(entryAt(2));
      await history.flush();
      expect(history.takeNotes()).toEqual([
        `${file} was ${how} while the run went on; it is restored`,
      ]);
      history.add(entryAt(3));
      await history.close();
      expect(await stepsOf(file)).toEqual([1, 2, 3]);
      expect((await readHistory(file)).damage).toBeUndefined();
    },
  );

  it('restores a damaged start from the run, and until then says how', async () => {
    const file = await historyOf([1, 2], PAPER_SHAPE);
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('"blocks":5') + 9] = '4'.charCodeAt(0);
    writeFileSync(file, bytes);
    await expect(readHistory(file)).rejects.toThrow(
      /damaged bytes; 2 rows behind them are intact: resume the run to repair the file/,
    );
    await (await HistoryWriter.open(file, 2, { searchSpace: PAPER_SHAPE })).close();
    const { rows, searchSpace, damage } = await readHistory(file);
    expect(rows.map(({ step }) => step)).toEqual([1, 2]);
    expect([searchSpace, damage]).toEqual([PAPER_SHAPE, undefined]);
  });

  it('never takes a flipped bit for another row', async () => {
    const file = await historyOf([1, 2, 3], PAPER_SHAPE);
    const bytes = readFileSync(file);
    const whole = (await readHistory(file)).rows;
    const changed = newFile();
    const flip = fc.tuple(fc.nat(bytes.length - 1), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(flip, async ([at, bit]) => {
        const wrong = Buffer.from(bytes);
        wrong[at] ^= 1 << bit;
        writeFileSync(changed, wrong);
        const read = await readHistory(changed).catch((error: unknown) => error);
        if (read instanceof Error) {
          expect(read).toBeInstanceOf(DataError);
          return;
        }
        const { rows, searchSpace, damage } = read as RunHistory;
        expect(searchSpace).toEqual(PAPER_SHAPE);
        expect(rows).toEqual(whole.filter(({ step }) => rows.some((row) => row.step === step)));
        const isEnd = rows.length === 2 && rows[1].step === 2; // may be cut off, as far as is known
        expect(isEnd || damage !== undefined).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  describe('with batches of another run in it', () => {
    const [own, other] = ['1', '2'].map((digit) => `f3a1b2c4-0000-4000-8000-00000000000${digit}`);
    const sizeOf = async (steps: number[]) => statSync(await historyOf(steps, undefined, own)).size;

    it('leaves those out and says so, wherever they stand', async () => {
      const [begin, end] = [await sizeOf([1]), await sizeOf([1, 2])];
      const file = await historyOf([1, 2, 3], undefined, own);
      const foreign = readFileSync(await historyOf([7, 8, 9], undefined, other));
      const bytes = readFileSync(file);
      expect(bytes.length).toBe(foreign.length);
      foreign.copy(bytes, begin, begin, end);
      writeFileSync(file, bytes);
      expect(await readHistory(file)).toMatchObject({
        rows: [{ step: 1 }, { step: 3 }],
        damage: `${file} is damaged: 1 of 3 rows lost, behind step 1`,
      });
      foreign.copy(bytes, end, end);
      writeFileSync(file, bytes);
      expect(await readHistory(file)).toMatchObject({
        rows: [{ step: 1 }],
        damage: `${file} is damaged: rows behind step 1 may be lost`,
      });
    });

    it('is not taken for that of this run, though its start is damaged', async () => {
      const file = await historyOf([1, 2], undefined, other);
      const bytes = readFileSync(file);
      bytes.fill(0, 0, 8);
      writeFileSync(file, bytes);
      await expect(HistoryWriter.open(file, 2, { run: own })).rejects.toThrow(
        /expected the history of this run, got that of another one/,
      );
      await (await HistoryWriter.open(file, 2, { run: other })).close();
      expect(await stepsOf(file)).toEqual([1, 2]);
    });
  });

  it('leaves out a last batch whose body is all zeros, as a power cut may leave it', async () => {
    const file = await historyOf([1, 2]);
    const bytes = readFileSync(file);
    const batch = statSync(await historyOf([1])).size;
    bytes.fill(0, batch + 8 + bytes.readInt32LE(batch + 4));
    writeFileSync(file, bytes);
    expect(await stepsOf(file)).toEqual([1]);
  });

  it('refuses a file that is missing, empty or no history', async () => {
    const file = newFile();
    await expect(readHistory(file)).rejects.toThrow(/cannot read .*: no such file/);
    for (const text of ['', 'ARROW1', '{"rows": []}']) {
      writeFileSync(file, text);
      await expect(readHistory(file)).rejects.toThrow(`${file}: expected a history in Arrow's`);
      await expect(HistoryWriter.open(file, 0)).rejects.toThrow(DataError);
    }
  });

  it.each([
    ['without a search space', undefined],
    ['with one', PAPER_SHAPE],
  ])('meets wrong bytes with its own error or the rows that are there, %s', async (_, shape) => {
    const bytes = readFileSync(await historyOf([1, 2, 3], shape));
    const file = newFile();
    const place = fc.nat(bytes.length - 8);
    const change = fc.oneof(
      fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 1 })),
      fc.tuple(place, fc.constant(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255))),
      fc.tuple(place, fc.constantFrom(Uint8Array.of(255, 255, 255, 127), new Uint8Array(8))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const wrong = Buffer.from(bytes);
        changes.forEach(([i, values]) => {
          wrong.set(values, i);
        });
        writeFileSync(file, wrong);
        try {
          expect((await readHistory(file)).rows.length).toBeLessThanOrEqual(3);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['claims more rows than its bytes can hold', 'rows'],
    ['claims a list without end in its metadata', 'list'],
  ])('ends before a batch that %s', async (_, kind) => {
    const file = await historyOf([1, 2]);
    const bytes = readFileSync(file);
    const batch = statSync(await historyOf([1])).size;
    const end = batch + 8 + bytes.readInt32LE(batch + 4);
    // In the metadata of a batch of one row, 1 is its number of rows, 36 the nodes and buffers.
    const changed = [];
    for (let i = batch + 8; i < end; i += 4) {
      const value = bytes.readInt32LE(i);
      if (
        kind === 'rows' ? value === 1 && bytes.readInt32LE(i + 4) === 0 : value > 15 && value < 60
      ) {
        changed.push(i);
        bytes.writeInt32LE(kind === 'rows' ? 2 ** 30 : -2, i);
      }
    }
    expect(changed.length).toBeGreaterThan(0);
    writeFileSync(file, bytes);
    expect(await stepsOf(file)).toEqual([1]);
  });
});
