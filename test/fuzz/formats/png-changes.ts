/** Changes of PNG files that keep the checksums of their chunks right. */
import { deflateSync, inflateSync } from 'node:zlib';
import type { Random } from '#lib/random.js';
import { chunk } from '../../helpers/png.js';
import type { Files, Mutation } from '../format.js';
import { BYTES_MUTATIONS } from '../mutate/bytes.js';

const SIGNATURE_BYTES = 8;
const NAMES = Object.keys(BYTES_MUTATIONS);
const MOST_BYTES = 2 ** 20;
const TYPES = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'eXIf', 'iCCP', 'zTXt', 'pHYs', 'acTL'];
const SIZES = [0, 1, 2, 3, 8, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

interface Chunk {
  readonly type: string;
  readonly content: Buffer;
}

/** The chunks of a file, as far as they are whole. */
function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) {
      break;
    }
    const type = bytes.toString('latin1', at + 4, at + 8);
    chunks.push({ type, content: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

type Change = (chunks: Chunk[], random: Random) => void;

const changeBytes = (bytes: Buffer, random: Random): Buffer =>
  BYTES_MUTATIONS[NAMES[random.integer(NAMES.length)]](bytes, random, bytes);

const CHANGES: Readonly<Record<string, Change>> = {
  'change a chunk': (chunks, random) => {
    const at = random.integer(chunks.length);
    chunks[at] = { type: chunks[at].type, content: changeBytes(chunks[at].content, random) };
  },
  'change pixel data': (chunks, random) => {
    const at = chunks.findIndex(({ type }) => type === 'IDAT');
    if (at >= 0) {
      try {
        const raw = inflateSync(chunks[at].content, { maxOutputLength: MOST_BYTES });
        chunks[at] = { type: 'IDAT', content: deflateSync(changeBytes(raw, random), { level: 1 }) };
      } catch {
        // damaged already
      }
    }
  },
  'set a field of the header': (chunks, random) => {
    const at = chunks.findIndex(({ type }) => type === 'IHDR');
    if (at >= 0 && chunks[at].content.length >= 13) {
      const content = Buffer.from(chunks[at].content);
      const field = random.integer(7);
      if (field < 2) {
        content.writeUInt32BE(SIZES[random.integer(SIZES.length)], 4 * field);
      } else {
        const values = [0, 1, 2, 3, 4, 6, 8, 16, 255];
        content[6 + field] = values[random.integer(values.length)];
      }
      chunks[at] = { type: 'IHDR', content };
    }
  },
  'remove a chunk': (chunks, random) => {
    chunks.splice(random.integer(chunks.length), 1);
  },
  'repeat a chunk': (chunks, random) => {
    const one = chunks[random.integer(chunks.length)];
    chunks.splice(random.integer(chunks.length + 1), 0, one);
  },
  'add a chunk': (chunks, random) => {
    const length = random.integer(40);
    const content = Buffer.from(Array.from({ length }, () => random.integer(256)));
    const type = TYPES[random.integer(TYPES.length)];
    chunks.splice(random.integer(chunks.length + 1), 0, { type, content });
  },
  'split the pixel data': (chunks, random) => {
    const at = chunks.findIndex(({ type }) => type === 'IDAT');
    if (at >= 0) {
      const { content } = chunks[at];
      const middle = random.integer(content.length + 1);
      const parts = [content.subarray(0, middle), content.subarray(middle)];
      chunks.splice(at, 1, ...parts.map((part) => ({ type: 'IDAT', content: part })));
    }
  },
};

/** One PNG file with one such change; other bytes as they are. */
export function changePng(bytes: Buffer, random: Random): Buffer {
  const chunks = chunksOf(bytes);
  if (chunks.length === 0) {
    return bytes;
  }
  const names = Object.keys(CHANGES);
  CHANGES[names[random.integer(names.length)]](chunks, random);
  const written = chunks.map(({ type, content }) => chunk(type, content));
  return Buffer.concat([bytes.subarray(0, SIGNATURE_BYTES), ...written]);
}

/** One of the PNG files of a document changed, its checksums right. */
export const CHANGE_PNG: Mutation = {
  name: 'change a PNG, checksums right',
  apply(files: Files, random: Random) {
    const names = Object.keys(files).filter((name) => name.endsWith('.png'));
    if (names.length === 0) {
      return files;
    }
    const name = names[random.integer(names.length)];
    return { ...files, [name]: changePng(files[name], random) };
  },
};
