/**
 * The file of a decoded sample: an Arrow IPC stream with one row per line of pixels and the columns
 * `image` (red, green, blue, …) and `labels` (train ids). Its metadata says what it was made of. Behind
 * the end of the stream follows the CRC-32 of all of it: Arrow itself does not notice damage, and may
 * take very long over damaged lengths.
 */
import { crc32 } from 'node:zlib';
import type { Data } from 'apache-arrow';
import {
  Field,
  FixedSizeBinary,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
} from 'apache-arrow';
import type { LabelledImage } from '../../pixels.js';

const SOURCE = 'source';
/** Bytes of the checksum at the end. */
const CHECKSUM_BYTES = 4;

function column(data: Uint8Array, height: number): Data<FixedSizeBinary> {
  const type = new FixedSizeBinary(data.length / height);
  return makeData({ type, length: height, nullCount: 0, data });
}

/**
 * The content of an entry.
 *
 * @param source - what it is made of, to be compared when it is read
 */
export function encodeEntry({ image, labels }: LabelledImage, source: string): Buffer {
  const columns = [column(image.data, image.height)];
  const fields = [new Field('image', columns[0].type, false)];
  if (labels !== undefined) {
    columns.push(column(labels.data, image.height));
    fields.push(new Field('labels', columns[1].type, false));
  }
  const type = new Struct<Record<string, FixedSizeBinary>>(fields);
  const rows = makeData({ type, length: image.height, nullCount: 0, children: columns });
  const schema = new Schema<Record<string, FixedSizeBinary>>(fields, new Map([[SOURCE, source]]));
  const stream = tableToIPC(new Table(schema, new RecordBatch(schema, rows)), 'stream');
  const content = Buffer.alloc(stream.length + CHECKSUM_BYTES);
  content.set(stream);
  content.writeUInt32BE(crc32(stream), stream.length);
  return content;
}

/** The bytes of a column, without a copy; undefined if there is none. */
function bytesOf(table: Table, name: string): Uint8Array | undefined {
  const [data] = (table.getChild(name)?.data ?? []) as readonly (
    | Data<FixedSizeBinary>
    | undefined
  )[];
  return data?.values.subarray(0, data.length * data.type.byteWidth);
}

/**
 * The pixels of an entry; they share the memory of its content.
 *
 * @param source - what it has to be made of
 * @returns `stale` if it is made of something else
 * @throws RangeError if the content is damaged
 */
export function decodeEntry(content: Buffer, source: string): LabelledImage | 'stale' {
  const end = Math.max(0, content.length - CHECKSUM_BYTES);
  const stream = content.subarray(0, end);
  if (content.length < CHECKSUM_BYTES || content.readUInt32BE(end) !== crc32(stream)) {
    throw new RangeError('its checksum does not fit');
  }
  const table = tableFromIPC(stream);
  if (table.schema.metadata.get(SOURCE) !== source) {
    return 'stale';
  }
  const [image, labels] = [bytesOf(table, 'image'), bytesOf(table, 'labels')];
  const height = table.numRows;
  const size = { height, width: (image?.length ?? 0) / 3 / height };
  return {
    image: { ...size, data: image ?? new Uint8Array() },
    labels: labels && { ...size, data: labels },
  };
}
