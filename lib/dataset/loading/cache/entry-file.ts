/**
 * The file of a decoded sample: an Arrow IPC file with one row per line of pixels and the columns
 * `image` (red, green, blue, …) and `labels` (train ids). Its metadata says what it was made of.
 */
import { crc32 } from 'node:zlib';
import type {
  Data} from 'apache-arrow';
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
const CHECKSUM = 'crc32';

const checksumOf = ({ image, labels }: LabelledImage): string =>
  crc32(labels?.data ?? new Uint8Array(), crc32(image.data)).toString(16);

function column(data: Uint8Array, height: number): Data<FixedSizeBinary> {
  const type = new FixedSizeBinary(data.length / height);
  return makeData({ type, length: height, nullCount: 0, data });
}

/**
 * The content of an entry.
 *
 * @param source - what it is made of, to be compared when it is read
 */
export function encodeEntry(pixels: LabelledImage, source: string): Uint8Array {
  const { image, labels } = pixels;
  const columns = [column(image.data, image.height)];
  const fields = [new Field('image', columns[0].type, false)];
  if (labels !== undefined) {
    columns.push(column(labels.data, image.height));
    fields.push(new Field('labels', columns[1].type, false));
  }
  const metadata = new Map([
    [SOURCE, source],
    [CHECKSUM, checksumOf(pixels)],
  ]);
  const type = new Struct<Record<string, FixedSizeBinary>>(fields);
  const rows = makeData({ type, length: image.height, nullCount: 0, children: columns });
  const schema = new Schema<Record<string, FixedSizeBinary>>(fields, metadata);
  return tableToIPC(new Table(schema, new RecordBatch(schema, rows)), 'file');
}

/** The bytes of a column, without a copy; undefined if there is none. */
function bytesOf(table: Table, name: string): Uint8Array | undefined {
  const [data] = (table.getChild(name)?.data ?? []) as readonly (
    Data<FixedSizeBinary> | undefined
  )[];
  return data?.values.subarray(0, data.length * data.type.byteWidth);
}

/**
 * The pixels of an entry; they share the memory of its content.
 *
 * @param source - what it has to be made of
 * @returns `stale` if it is made of something else
 * @throws an error of some kind if the content is damaged
 */
export function decodeEntry(content: Uint8Array, source: string): LabelledImage | 'stale' {
  const table = tableFromIPC(content);
  const { metadata } = table.schema;
  if (metadata.get(SOURCE) !== source) {
    return 'stale';
  }
  const [image, labels] = [bytesOf(table, 'image'), bytesOf(table, 'labels')];
  const height = table.numRows;
  const size = { height, width: (image?.length ?? 0) / 3 / height };
  const pixels = {
    image: { ...size, data: image ?? new Uint8Array() },
    labels: labels && { ...size, data: labels },
  };
  if (metadata.get(CHECKSUM) !== checksumOf(pixels)) {
    throw new RangeError('its checksum does not fit');
  }
  return pixels;
}
