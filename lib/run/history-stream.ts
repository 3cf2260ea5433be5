/**
 * The bytes of a history: Arrow's IPC stream format, a schema followed by record batches. Unlike
 * Arrow's file format it has no footer, so a batch is appended without touching what is there, and
 * a file whose last batch was cut off is good up to that batch.
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
import { parseSearchSpace, searchSpaceMetadata } from './search-space-metadata.js';

/** Begins every message. */
const CONTINUATION = -1;

/** Bytes of continuation marker and metadata length. */
const PREFIX_BYTES = 8;

/** One message of a stream, from its first byte to the byte after its last. */
interface MessageRange {
  readonly begin: number;
  readonly end: number;
}

/** How the last bytes of a stream look. */
export type StreamTail =
  /** The stream ends with a whole message. */
  | 'whole'
  /** The last message is incomplete, as after a crash. */
  | 'cut'
  /** Some bytes are not a message of a history. */
  | 'damaged';

/** What could be read of a stream. */
export interface StreamContent {
  readonly rows: readonly HistoryRow[];
  /** The search space that α and β belong to; undefined in runs other than searches. */
  readonly searchSpace: SearchSpaceShape | undefined;
  /** The length of the intact part, in bytes. */
  readonly intactBytes: number;
  readonly tail: StreamTail;
  /** Whether batches of {@link encodeBatch} fit behind the intact part. */
  readonly isAppendable: boolean;
}

/** The message that begins at an offset; how the stream ends there, if there is none. */
function messageAt(bytes: Uint8Array, begin: number): MessageRange | StreamTail {
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
  if (message?.kind !== (begin === 0 ? 'schema' : 'batch')) {
    return 'damaged';
  }
  const end = bodyBegin + message.bodyBytes;
  return end > bytes.length ? 'cut' : { begin, end };
}

/** The rows of a part of a stream; undefined if they cannot be read. */
function readRows(stream: Uint8Array): HistoryRow[] | undefined {
  try {
    return tableToRows(arrow.tableFromIPC(stream));
  } catch {
    return undefined;
  }
}

/**
 * Reads a stream as far as it is intact.
 *
 * @returns undefined if not even the schema is that of a history
 */
export function decodeStream(bytes: Uint8Array): StreamContent | undefined {
  const schema = messageAt(bytes, 0);
  const searchSpace = typeof schema === 'string' ? null : readSearchSpace(bytes, schema);
  if (typeof schema === 'string' || searchSpace === null) {
    return undefined;
  }
  const ranges: MessageRange[] = [];
  let next = messageAt(bytes, schema.end);
  while (typeof next !== 'string') {
    ranges.push(next);
    next = messageAt(bytes, next.end);
  }
  const end = ranges.at(-1)?.end ?? schema.end;
  const rows = readRows(bytes.subarray(0, end));
  const own = encodeSchema(searchSpace);
  const isAppendable = Buffer.compare(bytes.subarray(0, schema.end), own) === 0;
  return rows === undefined
    ? { ...readByBatch(bytes, schema, ranges), searchSpace, isAppendable }
    : { rows, searchSpace, intactBytes: end, tail: next, isAppendable };
}

/** The search space in the first message; null if that is not the schema of a history. */
function readSearchSpace(
  bytes: Uint8Array,
  { begin, end }: MessageRange,
): SearchSpaceShape | undefined | null {
  try {
    const table = arrow.tableFromIPC(bytes.subarray(begin, end));
    return tableToRows(table) === undefined ? null : parseSearchSpace(table.schema.metadata);
  } catch {
    return null;
  }
}

/** Reads batch by batch up to the first that cannot be read. */
function readByBatch(
  bytes: Uint8Array,
  schema: MessageRange,
  ranges: readonly MessageRange[],
): Omit<StreamContent, 'searchSpace' | 'isAppendable'> {
  const head = bytes.subarray(schema.begin, schema.end);
  const rows: HistoryRow[] = [];
  let intactBytes = schema.end;
  for (const { begin, end } of ranges) {
    const batch = readRows(Buffer.concat([head, bytes.subarray(begin, end)]));
    if (batch === undefined) {
      break;
    }
    rows.push(...batch);
    intactBytes = end;
  }
  return { rows, intactBytes, tail: 'damaged' };
}

/** The first message of a history file. */
export function encodeSchema(searchSpace?: SearchSpaceShape): Uint8Array {
  const writer = new arrow.RecordBatchStreamWriter();
  writer.reset(undefined, historySchema(searchSpaceMetadata(searchSpace)));
  writer.finish();
  const stream = writer.toUint8Array(true);
  return stream.subarray(0, (messageAt(stream, 0) as MessageRange).end);
}

/** The message that appends rows to a history file. */
export function encodeBatch(rows: readonly HistoryEntry[]): Uint8Array {
  const stream = arrow.tableToIPC(rowsToTable(rows), 'stream');
  const schema = messageAt(stream, 0) as MessageRange;
  const batch = messageAt(stream, schema.end) as MessageRange;
  return stream.subarray(batch.begin, batch.end);
}
