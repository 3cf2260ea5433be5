/**
 * The bytes of a history: Arrow's IPC stream format, a schema followed by record batches. Unlike
 * Arrow's file format it has no footer, so a batch is appended without touching what is there, and
 * a file whose last batch was cut off is good up to that batch. Each message carries its checksum
 * and each batch its run and the number of its first row, so that damage costs the rows it hit and no
 * others, and is known. Files of other writers have none of them and are read as far as Arrow reads them.
 */
import * as arrow from 'apache-arrow';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { readArrowMessage } from './arrow-message.js';
import {
  historySchema,
  rowsToTable,
  tableToRows,
  type HistoryEntry,
  type HistoryRow,
} from './history-row.js';
import { FIRST_ROW_KEY, isSealIntact, RUN_KEY, seal, SEAL_KEY, UNSEALED } from './history-seal.js';
import { parseSearchSpace, searchSpaceMetadata } from './search-space-metadata.js';

/** Begins every message. */
const CONTINUATION = -1;

/** Bytes of continuation marker and metadata length. */
const PREFIX_BYTES = 8;

/** Messages begin at multiples of this. */
const ALIGNMENT = 8;

/** One message of a stream, from its first byte to the byte after its last. */
interface MessageRange {
  readonly begin: number;
  readonly end: number;
  readonly isSealed: boolean;
  /** The number of its first row; undefined if it does not say. */
  readonly firstRow: number | undefined;
  /** The run that it belongs to; undefined if it does not say. */
  readonly run: string | undefined;
  /** How many rows it has. */
  readonly rows: number;
}

/** How the last bytes of a stream look. */
export type StreamTail =
  /** The stream ends with a whole message. */
  | 'whole'
  /** The last message is incomplete, as after a crash. */
  | 'cut'
  /** Some bytes are not a message of a history. */
  | 'damaged';

/** Whose history it is. */
export interface HistoryOwner {
  /** The search space that α and β belong to; undefined in runs other than searches. */
  readonly searchSpace?: SearchSpaceShape | undefined;
  /** The run, as its manifest names it; undefined if it belongs to none. */
  readonly run?: string | undefined;
}

/** What could be read of a stream. */
export interface StreamContent extends HistoryOwner {
  readonly rows: readonly HistoryRow[];
  /** The number of each row in the run, from 0; rising, with gaps where rows are lost. */
  readonly numbers: readonly number[];
  /** False if the schema is damaged, and with it what it says of the search space. */
  readonly hasSchema: boolean;
  /** The length up to the end of the last intact message, in bytes. */
  readonly intactBytes: number;
  /** Damage in the middle counts as well. */
  readonly tail: StreamTail;
  /** Whether batches of {@link encodeBatch} fit behind the intact part. */
  readonly isAppendable: boolean;
}

/** The message that begins at an offset; how the stream ends there, if there is none. */
function messageAt(
  bytes: Uint8Array,
  begin: number,
  kind: 'schema' | 'batch',
): MessageRange | StreamTail {
  if (begin + PREFIX_BYTES > bytes.length) {
    return begin === bytes.length ? 'whole' : 'cut';
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const metadataBytes = view.getInt32(begin + 4, true);
  if (view.getInt32(begin, true) !== CONTINUATION || metadataBytes < 0) {
    return 'damaged';
  }
  if (metadataBytes === 0) {
    return 'whole'; // the end-of-stream marker, which other writers set
  }
  const bodyBegin = begin + PREFIX_BYTES + metadataBytes;
  if (bodyBegin > bytes.length) {
    return 'cut';
  }
  const message = readArrowMessage(bytes.subarray(begin + PREFIX_BYTES, bodyBegin));
  if (message?.kind !== kind) {
    return 'damaged';
  }
  const end = bodyBegin + message.bodyBytes;
  if (end > bytes.length) {
    return 'cut';
  }
  const { sealAt, firstRow, run, rows } = message;
  const isSealed = sealAt !== undefined;
  if (isSealed && !isSealIntact(bytes.subarray(begin, end), PREFIX_BYTES + sealAt)) {
    return 'damaged';
  }
  return { begin, end, isSealed, firstRow, run, rows };
}

/**
 * The next sealed batch at or behind an offset, whatever lies before it.
 *
 * @param isWanted - whether a batch counts
 */
function nextSealed(
  bytes: Uint8Array,
  offset: number,
  isWanted: (batch: MessageRange) => boolean = () => true,
): MessageRange | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const first = Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
  for (let begin = first; begin + PREFIX_BYTES <= bytes.length; begin += ALIGNMENT) {
    const range =
      view.getInt32(begin, true) === CONTINUATION ? messageAt(bytes, begin, 'batch') : 'damaged';
    if (typeof range !== 'string' && range.isSealed && isWanted(range)) {
      return range;
    }
  }
  return undefined;
}

/**
 * All batches that are intact, and how what lies between and behind them looks. One whose rows were there
 * before, or that belongs to another run, is left out: the file was put together of parts.
 *
 * @param run - whose batches they are
 */
function findBatches(
  bytes: Uint8Array,
  start: number,
  isSealed: boolean,
  run: string | undefined,
): { readonly ranges: readonly MessageRange[]; readonly tail: StreamTail } {
  const ranges: MessageRange[] = [];
  let tail: StreamTail = 'whole';
  let at = start;
  let rows = 0; // of the run, up to here
  const isOwn = (batch: MessageRange) => batch.run === run;
  for (;;) {
    const next = messageAt(bytes, at, 'batch');
    const isBatch = typeof next !== 'string' && next.isSealed === isSealed && isOwn(next);
    const later =
      isBatch || next === 'whole' || !isSealed ? undefined : nextSealed(bytes, at + 1, isOwn);
    const range = isBatch ? next : later;
    if (range === undefined) {
      const end = typeof next === 'string' ? next : 'damaged';
      return { ranges, tail: tail === 'damaged' ? tail : end };
    }
    const { firstRow = rows } = range;
    const isNew = firstRow >= rows;
    tail = isBatch && isNew ? tail : 'damaged';
    if (isNew) {
      ranges.push(range);
      rows = firstRow + range.rows;
    }
    at = range.end;
  }
}

/** The rows of a stream, and how many each of its batches has; undefined if it cannot be read. */
function readRows(stream: Uint8Array): { rows: HistoryRow[]; counts: number[] } | undefined {
  try {
    const table = arrow.tableFromIPC(stream);
    const rows = tableToRows(table);
    return rows && { rows, counts: table.batches.map(({ numRows }) => numRows) };
  } catch {
    return undefined;
  }
}

/** The rows of batches with their numbers, up to the first that cannot be read. */
function readBatches(
  bytes: Uint8Array,
  head: Uint8Array,
  ranges: readonly MessageRange[],
): Pick<StreamContent, 'rows' | 'numbers'> & { readonly readable: number } {
  const streamOf = (some: readonly MessageRange[]) =>
    Buffer.concat([head, ...some.map(({ begin, end }) => bytes.subarray(begin, end))]);
  if (ranges.length === 0) {
    return { rows: [], numbers: [], readable: 0 };
  }
  const all = readRows(streamOf(ranges));
  const rows: HistoryRow[] = all?.rows ?? [];
  const counts: number[] = all?.counts ?? [];
  for (const range of all ? [] : ranges) {
    const batch = readRows(streamOf([range]));
    if (batch === undefined) {
      break;
    }
    rows.push(...batch.rows);
    counts.push(batch.rows.length);
  }
  const numbers: number[] = [];
  counts.forEach((length, i) => {
    const { firstRow = numbers.length } = ranges[i];
    numbers.push(...Array.from({ length }, (_, row) => firstRow + row));
  });
  return { rows, numbers, readable: counts.length };
}

/**
 * Reads a stream: all batches that are intact.
 *
 * @returns undefined if not even the schema is that of a history and no batch is known by its
 *   checksum
 */
export function decodeStream(bytes: Uint8Array): StreamContent | undefined {
  const first = messageAt(bytes, 0, 'schema');
  const owner = typeof first === 'string' ? undefined : readOwner(bytes, first);
  const schema = typeof first === 'string' || owner === undefined ? undefined : first;
  const isSealed = schema?.isSealed ?? true;
  const isForged = schema?.isSealed === false && nextSealed(bytes, schema.end) !== undefined;
  if (schema === undefined || isForged) {
    const batch = nextSealed(bytes, 0);
    if (batch === undefined) {
      return undefined;
    }
    const { begin, run } = batch;
    return { ...contentOf(bytes, undefined, findBatches(bytes, begin, true, run)), run };
  }
  const found = findBatches(bytes, schema.end, isSealed, owner?.run);
  return contentOf(bytes, { ...schema, owner: owner ?? {} }, found);
}

/** The content of the batches that were found behind a schema; undefined if that is damaged. */
function contentOf(
  bytes: Uint8Array,
  schema: (MessageRange & { readonly owner: HistoryOwner }) | undefined,
  { ranges, tail }: ReturnType<typeof findBatches>,
): StreamContent {
  const head = schema ? bytes.subarray(0, schema.end) : encodeSchema();
  const { rows, numbers, readable } = readBatches(bytes, head, ranges);
  return {
    rows,
    numbers,
    ...schema?.owner,
    hasSchema: schema !== undefined,
    intactBytes: ranges.slice(0, readable).at(-1)?.end ?? schema?.end ?? 0,
    tail: schema === undefined || readable < ranges.length ? 'damaged' : tail,
    isAppendable: schema !== undefined && Buffer.compare(head, encodeSchema(schema.owner)) === 0,
  };
}

/** Whose history the first message says it is; undefined if that is not the schema of a history. */
function readOwner(bytes: Uint8Array, { begin, end }: MessageRange): HistoryOwner | undefined {
  try {
    const table = arrow.tableFromIPC(bytes.subarray(begin, end));
    const { metadata } = table.schema;
    const searchSpace = parseSearchSpace(metadata);
    return tableToRows(table) === undefined || searchSpace === null
      ? undefined
      : { searchSpace, run: metadata.get(RUN_KEY) };
  } catch {
    return undefined;
  }
}

/** The first message of a history file. */
export function encodeSchema({ searchSpace, run }: HistoryOwner = {}): Uint8Array {
  const writer = new arrow.RecordBatchStreamWriter();
  const metadata = new Map([
    ...searchSpaceMetadata(searchSpace),
    ...(run === undefined ? [] : [[RUN_KEY, run] as const]),
    [SEAL_KEY, UNSEALED],
  ]);
  writer.reset(undefined, historySchema(metadata));
  writer.finish();
  const stream = writer.toUint8Array(true);
  const bodyBegin = PREFIX_BYTES + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
  return seal(stream.slice(0, bodyBegin));
}

/**
 * The message that appends rows to a history file.
 *
 * @param firstRow - the number of the first of them in the run, from 0
 * @param run - the run, as the schema of the file names it
 */
export function encodeBatch(
  rows: readonly HistoryEntry[],
  firstRow: number,
  run?: string,
): Uint8Array {
  const [plain] = rowsToTable(rows).batches;
  const metadata = new Map([
    [FIRST_ROW_KEY, String(firstRow)],
    ...(run === undefined ? [] : [[RUN_KEY, run] as const]),
    [SEAL_KEY, UNSEALED],
  ]);
  const batch = new arrow.RecordBatch(plain.schema, plain.data, metadata);
  const stream = arrow.tableToIPC(new arrow.Table([batch]), 'stream');
  const view = new DataView(stream.buffer, stream.byteOffset);
  const begin = PREFIX_BYTES + view.getInt32(4, true); // a schema has no body
  const bodyBegin = begin + PREFIX_BYTES + view.getInt32(begin + 4, true);
  const bodyBytes = readArrowMessage(stream.subarray(begin + PREFIX_BYTES, bodyBegin))?.bodyBytes;
  return seal(stream.slice(begin, bodyBegin + (bodyBytes ?? 0)));
}
