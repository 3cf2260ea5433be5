import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readHistory, type RunHistory } from '#lib/run/history.js';
import type { HistoryEntry } from '#lib/run/history-row.js';
import { encodeBatch, encodeSchema, type HistoryOwner } from '#lib/run/history-stream.js';
import { single, type FuzzFormat, type Mutation } from '../format.js';

const FILE = 'history.arrow';

function rows(first: number, count: number, phase: string): HistoryEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    epoch: 0,
    step: first + i,
    phase,
    kind: 'step',
    loss: 1 / (1 + first + i),
    alpha: phase === 'weights' ? Float32Array.of(first + i, 2) : null,
    seconds: 0.5,
  }));
}

function stream(owner: HistoryOwner, phase: string, sizes: readonly number[]): Buffer {
  let next = 0;
  const batches = sizes.map((size) => {
    const batch = encodeBatch(rows(next, size, phase), next, owner.run);
    next += size;
    return batch;
  });
  return Buffer.concat([encodeSchema(owner), ...batches]);
}

const SPACE = {
  layers: 3,
  levels: 4,
  firstLayer: 'free',
  blocks: 1,
  operations: ['none', 'skip_connect'],
} as const;

/** The messages of a stream: each begins with four bytes of ones, at a multiple of 8. */
function messagesOf(bytes: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 8) {
    if (bytes.readInt32LE(at) === -1) {
      starts.push(at);
    }
  }
  return starts.map((start, i) => bytes.subarray(start, starts[i + 1]));
}

/** Whole messages, which keep their checksums, in another order, left out or doubled. */
const MOVE_MESSAGES: Mutation = {
  name: 'move messages',
  apply(files, random) {
    const messages = messagesOf(files[FILE]);
    if (messages.length === 0) {
      return files;
    }
    const at = random.integer(messages.length);
    const to = random.integer(messages.length + 1);
    const [one] = random.chance(0.5) ? messages.splice(at, 1) : [messages[at]];
    if (random.chance(0.7)) {
      messages.splice(Math.min(to, messages.length), 0, one);
    }
    return { [FILE]: Buffer.concat(messages) };
  },
};

/** Whether rows are the first ones of a history, or all of them. */
function isPrefix(some: RunHistory['rows'], all: RunHistory['rows']): boolean {
  return isDeepStrictEqual(some, all.slice(0, some.length));
}

/** The rows of a run as Arrow stream: each batch with its checksum. */
export const HISTORY: FuzzFormat = {
  name: 'history',
  module: import.meta.url,
  readers: 'readHistory',
  seeds: () =>
    Promise.resolve([
      single(
        FILE,
        stream(
          { searchSpace: SPACE, run: 'f3a1b2c4-0000-4000-8000-000000000001' },
          'weights',
          [2, 1, 3],
        ),
      ),
      single(FILE, stream({}, 'retrain', [1, 1])),
    ]),
  structured: [MOVE_MESSAGES],
  isOnDisk: true,
  read: ({ folder }) => readHistory(path.join(folder, FILE)),
  promise: {
    what: 'every row is one that was written, and no row is missing or doubled without a word',
    holds(content, originals) {
      const { rows: read, damage } = content as RunHistory;
      const written = (originals as RunHistory[]).map((one) => one.rows);
      return damage === undefined
        ? written.some((all) => isPrefix(read, all))
        : read.every((row) => written.flat().some((one) => isDeepStrictEqual(row, one)));
    },
  },
  limitMiB: 128,
};
