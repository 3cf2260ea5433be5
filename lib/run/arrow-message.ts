/**
 * Checks the metadata of Arrow IPC messages before Arrow's own reader sees them.
 *
 * That reader trusts the lengths in a message: a few wrong bytes make it loop or allocate without
 * end. Here every offset and every length is followed once and must stay within the message, and
 * only what a history is made of is let through.
 *
 * Source: Message.fbs and Schema.fbs of Apache Arrow, and the FlatBuffers internals document.
 */
import { FIRST_ROW_KEY, RUN_KEY, SEAL_BYTES, SEAL_KEY } from './history-seal.js';
import { MAX_METADATA_BYTES, SEARCH_SPACE_KEY } from './search-space-metadata.js';

/** What a message holds, as far as is needed to find and to verify the next one. */
export interface ArrowMessage {
  readonly kind: 'schema' | 'batch';
  /** Bytes of data behind the metadata. */
  readonly bodyBytes: number;
  /** Where in the metadata its checksum stands; undefined if it has none. */
  readonly sealAt?: number;
  /** The number of its first row in the run, from 0; undefined if it does not say. */
  readonly firstRow?: number;
  /** The run that a batch belongs to; undefined if it does not say. */
  readonly run?: string;
  /** The rows of a batch, 0 of a schema. */
  readonly rows: number;
}

/** `MessageHeader` of Message.fbs. */
const SCHEMA = 1;
const RECORD_BATCH = 3;

/** `Type` of Schema.fbs: Int, FloatingPoint, Utf8, Bool; List has children. */
const PLAIN_TYPES: readonly number[] = [2, 3, 5, 6];
const LIST = 12;

/** Bytes of a `FieldNode` and of a `Buffer`: two 64-bit numbers each. */
const PAIR_BYTES = 16;

/** The longest list in a message: a history has 18 columns. */
const MAX_ELEMENTS = 1000;

/** The deepest nesting of types. */
const MAX_DEPTH = 3;

/** The fewest bytes that one row takes in a batch: epoch and step. */
const ROW_BYTES = 8;

/** Thrown within this module when something lies outside the message. */
class InvalidMessage extends Error {}

/** Throws unless a condition holds. */
function check(condition: boolean): asserts condition {
  if (!condition) {
    throw new InvalidMessage();
  }
}

/** One table of a FlatBuffer: its fields by number, each read only within the buffer. */
class Table {
  private readonly view: DataView;
  private readonly position: number;
  private readonly vtable: number;
  private readonly vtableBytes: number;

  constructor(view: DataView, position: number) {
    check(position >= 0 && position + 4 <= view.byteLength);
    this.view = view;
    this.position = position;
    this.vtable = position - view.getInt32(position, true);
    check(this.vtable >= 0 && this.vtable + 4 <= view.byteLength);
    this.vtableBytes = view.getUint16(this.vtable, true);
    check(this.vtableBytes % 2 === 0 && this.vtable + this.vtableBytes <= view.byteLength);
  }

  /** The position of a field's value of n bytes; undefined if the field is not set. */
  private field(number: number, bytes: number): number | undefined {
    const entry = 4 + 2 * number;
    const offset =
      entry + 2 <= this.vtableBytes ? this.view.getUint16(this.vtable + entry, true) : 0;
    if (offset === 0) {
      return undefined;
    }
    const position = this.position + offset;
    check(position + bytes <= this.view.byteLength);
    return position;
  }

  /** True if a field is set. */
  has(number: number): boolean {
    return this.field(number, 1) !== undefined;
  }

  /** A byte; 0 if it is not set. */
  byte(number: number): number {
    const position = this.field(number, 1);
    return position === undefined ? 0 : this.view.getUint8(position);
  }

  /** A 64-bit number from 0 to the largest exact one; 0 if it is not set. */
  long(number: number): number {
    const position = this.field(number, 8);
    return position === undefined ? 0 : longAt(this.view, position);
  }

  /** Another table. */
  table(number: number): Table {
    const position = this.field(number, 4);
    check(position !== undefined);
    return new Table(this.view, position + this.view.getUint32(position, true));
  }

  /** The positions of a list's elements, each of a number of bytes; none if it is not set. */
  elements(number: number, bytes: number, most = MAX_ELEMENTS): number[] {
    const position = this.field(number, 4);
    if (position === undefined) {
      return [];
    }
    const start = position + this.view.getUint32(position, true);
    check(start + 4 <= this.view.byteLength);
    const length = this.view.getUint32(start, true);
    check(length <= most && start + 4 + length * bytes <= this.view.byteLength);
    return Array.from({ length }, (_, i) => start + 4 + i * bytes);
  }

  /** A text; empty if it is not set. */
  text(number: number): string {
    const bytes = this.elements(number, 1).map((position) => this.view.getUint8(position));
    return String.fromCharCode(...bytes);
  }

  /** A list of tables; none if it is not set. */
  tables(number: number): Table[] {
    return this.elements(number, 4).map(
      (position) => new Table(this.view, position + this.view.getUint32(position, true)),
    );
  }
}

/** A 64-bit number from 0 to the largest exact one. */
function longAt(view: DataView, position: number): number {
  const value = Number(view.getBigInt64(position, true));
  check(Number.isSafeInteger(value) && value >= 0);
  return value;
}

/** Checks a `Field`: a name, a type that a history has, its children. */
function checkField(field: Table, depth: number): void {
  check(depth <= MAX_DEPTH);
  field.elements(0, 1); // the name
  const type = field.byte(2);
  const children = field.tables(5);
  check(
    type === LIST ? children.length === 1 : PLAIN_TYPES.includes(type) && children.length === 0,
  );
  field.table(3);
  check(!field.has(4)); // a dictionary
  check(field.tables(6).length === 0); // metadata of its own
  children.forEach((child) => {
    checkField(child, depth + 1);
  });
}

/**
 * Checks `KeyValue`s: each key one of those listed, once, and none longer than it may be.
 *
 * @returns the position of each value's first byte, and its length
 */
function checkMetadata(
  entries: readonly Table[],
  longest: Readonly<Record<string, number>>,
): ReadonlyMap<string, { readonly at: number; readonly length: number }> {
  const places = new Map<string, { at: number; length: number }>();
  for (const entry of entries) {
    const key = entry.text(0);
    check(Object.hasOwn(longest, key) && !places.has(key));
    const bytes = entry.elements(1, 1, longest[key]);
    places.set(key, { at: bytes[0] ?? 0, length: bytes.length });
  }
  return places;
}

/** The length of a UUID, which names a run. */
const RUN_BYTES = 36;

/** The keys that a schema may have, with the most bytes of each value. */
const SCHEMA_KEYS = {
  [SEARCH_SPACE_KEY]: MAX_METADATA_BYTES,
  [RUN_KEY]: RUN_BYTES,
  [SEAL_KEY]: SEAL_BYTES,
};

/** The same of a batch; a row's number has at most 16 digits. */
const BATCH_KEYS = { [FIRST_ROW_KEY]: 16, [RUN_KEY]: RUN_BYTES, [SEAL_KEY]: SEAL_BYTES };

/** The place of the checksum among metadata, if there is one. */
function sealOf(places: ReturnType<typeof checkMetadata>): { readonly sealAt?: number } {
  const seal = places.get(SEAL_KEY);
  check(seal === undefined || seal.length === SEAL_BYTES);
  return seal === undefined ? {} : { sealAt: seal.at };
}

/** The number of the first row and the run among metadata, as far as they are there. */
function placeOf(
  places: ReturnType<typeof checkMetadata>,
  metadata: Uint8Array,
): Pick<ArrowMessage, 'firstRow' | 'run'> {
  const textOf = (key: string) => {
    const place = places.get(key);
    return place && String.fromCharCode(...metadata.subarray(place.at, place.at + place.length));
  };
  const [firstRow, run] = [FIRST_ROW_KEY, RUN_KEY].map(textOf);
  check(firstRow === undefined || /^\d+$/.test(firstRow));
  return {
    ...(firstRow !== undefined && { firstRow: Number(firstRow) }),
    ...(run !== undefined && { run }),
  };
}

/** Checks a `RecordBatch`: rows and parts that the body can hold. */
function checkBatch(batch: Table, view: DataView, bodyBytes: number): void {
  check(batch.long(0) * ROW_BYTES <= bodyBytes);
  for (const position of batch.elements(1, PAIR_BYTES)) {
    check(longAt(view, position) <= bodyBytes * 8); // the length of a column, at least a bit each
    check(longAt(view, position + 8) <= bodyBytes * 8); // how many of it are null
  }
  for (const position of batch.elements(2, PAIR_BYTES)) {
    check(longAt(view, position) + longAt(view, position + 8) <= bodyBytes);
  }
  check(!batch.has(3)); // compression
  check(batch.elements(4, 8).length === 0); // buffers of view types
}

/**
 * Reads the metadata of one message.
 *
 * @param metadata - the bytes between the message's length and its body
 * @returns undefined if it is not a schema or record batch of plain columns, intact throughout
 */
export function readArrowMessage(metadata: Uint8Array): ArrowMessage | undefined {
  try {
    const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
    check(view.byteLength >= 4);
    const message = new Table(view, view.getUint32(0, true));
    const type = message.byte(1);
    const header = message.table(2);
    const bodyBytes = message.long(3);
    if (type === SCHEMA) {
      check(message.tables(4).length === 0);
      header.tables(1).forEach((field) => {
        checkField(field, 1);
      });
      return {
        kind: 'schema',
        bodyBytes,
        rows: 0,
        ...sealOf(checkMetadata(header.tables(2), SCHEMA_KEYS)),
      };
    }
    check(type === RECORD_BATCH);
    checkBatch(header, view, bodyBytes);
    const places = checkMetadata(message.tables(4), BATCH_KEYS);
    return {
      kind: 'batch',
      bodyBytes,
      rows: header.long(0),
      ...sealOf(places),
      ...placeOf(places, metadata),
    };
  } catch (error) {
    if (error instanceof InvalidMessage || error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}
