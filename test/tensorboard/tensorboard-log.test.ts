import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { HistoryWriter } from '../../lib/run/history-writer.js';
import type { HistoryEntry } from '../../lib/run/history-row.js';
import { readFields } from '../../lib/runtime/graph/read-message.js';
import { alphaLength, completeShape, trellisOf } from '../../lib/search-space/shape.js';
import { crc32c } from '../../lib/tensorboard/record.js';
import { TensorBoardLog } from '../../lib/tensorboard/tensorboard-log.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const shape = completeShape({ layers: 3, blocks: 1 });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** The contents of the records; lengths and checksums are checked. */
async function readRecords(folder: string): Promise<Uint8Array[]> {
  const [name, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  const bytes = await readFile(join(folder, name));
  const unmasked = (position: number) => {
    const turned = (bytes.readUInt32LE(position) - 0xa282ead8) >>> 0;
    return ((turned << 15) | (turned >>> 17)) >>> 0;
  };
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(unmasked(at + 8)).toBe(crc32c(bytes.subarray(at, at + 8)));
    const content = bytes.subarray(at + 12, at + 12 + length);
    expect(unmasked(at + 12 + length)).toBe(crc32c(content));
    records.push(content);
    at += 16 + length;
  }
  return records;
}

/** The tags of an event, each with its value as bytes. */
function valuesOf(event: Uint8Array): string[] {
  return [...readFields(event, 5)].flatMap((summary) =>
    [...readFields(summary, 1)].map((value) => text([...readFields(value, 1)][0])),
  );
}

function epoch(index: number): HistoryEntry {
  return {
    epoch: index,
    step: 10 * (index + 1),
    phase: 'architecture',
    kind: 'epoch',
    loss: 1.5,
    meanIou: 0.25,
    alpha: new Float32Array(alphaLength(shape)).fill(index),
    beta: new Float32Array(trellisOf(shape).arrows.length),
  };
}

async function writeHistory(folder: string, entries: readonly HistoryEntry[], from = 0) {
  const file = join(folder, 'history.arrow');
  const history = await HistoryWriter.open(file, from, { searchSpace: shape });
  entries.forEach((entry) => history.add(entry));
  await history.close();
}

describe('crc32c', () => {
  it('gives the check value of its definition, and those of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });
});

describe('TensorBoardLog', () => {
  it('writes scalars, histograms and pictures of a history', async () => {
    const run = temporaryFolder();
    await writeHistory(run, [
      { epoch: 0, step: 5, phase: 'weights', kind: 'step', loss: 2 },
      epoch(0),
      epoch(1),
      epoch(2),
    ]);
    await new TensorBoardLog(run).close({ pictures: 2 });
    const [version, start, ...events] = await readRecords(join(run, 'tensorboard'));
    expect([...readFields(version, 3)].map(text)).toEqual(['brain.Event:2']);
    expect([...readFields(start, 7)].map((log) => [...log])).toEqual([[8, 1]]);
    const ofEpoch = ['epoch/loss', 'epoch/meanIou', 'epoch/alpha', 'epoch/beta'];
    expect(events.map(valuesOf)).toEqual([
      ['step/loss'],
      ...[0, 1, 2].map(() => ofEpoch),
      ...[0, 1].map(() => ['epoch/trellis', 'epoch/cell']),
    ]);
    // Step 5 as a varint, and the loss 2.0 as a float, little-endian.
    expect(Buffer.from(events[0]).includes(Buffer.from([0x10, 5]))).toBe(true);
    expect(Buffer.from(events[0]).includes(Buffer.from([0x15, 0, 0, 0, 0x40]))).toBe(true);
    // The pictures are those of the second and the last epoch.
    expect(events.slice(4).map((event) => event[10])).toEqual([20, 30]);
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(events.slice(4).every((event) => Buffer.from(event).includes(png))).toBe(true);
  });

  it('follows a run, and begins anew when the run is resumed', async () => {
    const run = temporaryFolder();
    const log = new TensorBoardLog(run);
    const follow = (index: number) =>
      log.onProgress({ kind: 'epoch', epochs: 3, row: epoch(index), secondsLeft: undefined });
    await writeHistory(run, [epoch(0)]);
    follow(0);
    await log.update();
    await writeHistory(run, [epoch(1)], 10);
    follow(1);
    await log.close({ pictures: 0 });
    const stepsOf = async () =>
      (await readRecords(join(run, 'tensorboard'))).slice(2).map((event) => event[10]);
    expect(await stepsOf()).toEqual([10, 20]);

    await writeHistory(run, [epoch(1), epoch(2)], 10);
    const resumed = new TensorBoardLog(run);
    await resumed.close({ pictures: 0 });
    expect(await stepsOf()).toEqual([10, 20, 30]);
  });

  it.each([
    'events.out.tfevents.1700000000.node7.4711.0', // PyTorch's
    'events.out.tfevents.1700000000.node7.4711.0.v2', // TensorFlow's
    'tfevents.mine',
  ])('leaves a folder with %s as it is', async (name) => {
    const [run, folder] = [temporaryFolder(), temporaryFolder()];
    await writeHistory(run, [epoch(0)]);
    await writeFile(join(folder, name), 'of another program');
    const log = new TensorBoardLog(run, folder);
    await expect(log.close()).rejects.toThrow(ConfigError);
    await expect(log.close()).rejects.toThrow(
      `expected a folder without event files of other programs, got ${join(folder, name)}`,
    );
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), 'utf8')).toBe('of another program');
  });

  it('leaves other files in a folder as they are', async () => {
    const [run, folder] = [temporaryFolder(), temporaryFolder()];
    await writeHistory(run, [epoch(0)]);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    for (let i = 0; i < 2; i++) {
      await new TensorBoardLog(run, folder).close({ pictures: 0 });
      expect(await readdir(folder)).toEqual([
        expect.stringMatching(/^events\..*\.autodeeplab$/),
        'notes.txt',
      ]);
    }
  });

  it('says that there is no history', async () => {
    await expect(new TensorBoardLog(temporaryFolder()).close()).rejects.toThrow(/history\.arrow/);
  });
});
