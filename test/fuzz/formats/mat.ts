import { deflateSync, inflateSync } from 'node:zlib';
import { readMatLabel } from '#lib/dataset/reading/mat-label.js';
import { readMatFile } from '#lib/files/mat/mat-file.js';
import { single, type FuzzFormat, type Mutation } from '../format.js';
import { BYTES_MUTATIONS } from '../mutate/bytes.js';
import { fixture } from './temporary.js';

const FILE = 'label.mat';
const HEADER_BYTES = 128;
const COMPRESSED = 15;
const NAMES = Object.keys(BYTES_MUTATIONS);
const MOST_PIXELS = 2 ** 20;

/** The content of a compressed variable changed, and compressed again. */
const CHANGE_COMPRESSED: Mutation = {
  name: 'change inside compressed data',
  apply(files, random) {
    const bytes = files[FILE];
    const from = HEADER_BYTES + 8;
    if (bytes.length < from || bytes.readUInt32LE(HEADER_BYTES) !== COMPRESSED) {
      return files;
    }
    const end = from + bytes.readUInt32LE(HEADER_BYTES + 4);
    let content: Buffer;
    try {
      content = inflateSync(bytes.subarray(from, end), { maxOutputLength: MOST_PIXELS });
    } catch {
      return files; // damaged already
    }
    const change = BYTES_MUTATIONS[NAMES[random.integer(NAMES.length)]];
    const packed = deflateSync(change(content, random, content), { level: 1 });
    const head = Buffer.from(bytes.subarray(0, from));
    head.writeUInt32LE(packed.length, HEADER_BYTES + 4);
    return { [FILE]: Buffer.concat([head, packed, bytes.subarray(end)]) };
  },
};

function element(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(-content.length & 7)]);
}

const words = (...values: readonly number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);

function matrix(name: string, flags: number, shape: readonly number[], ...rest: Buffer[]): Buffer {
  return element(
    14,
    Buffer.concat([
      element(6, words(flags, 0)),
      element(5, words(...shape)),
      element(1, Buffer.from(name)),
      ...rest,
    ]),
  );
}

/** A label map of SBD: a struct GTcls with the matrix Segmentation of 3 x 4 class values. */
function labelMap(isCompressed: boolean): Buffer {
  const values = element(2, Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20]));
  const segmentation = matrix('', 9, [3, 4], values);
  const field = 'Segmentation';
  const names = element(1, Buffer.from(field.padEnd(16, '\0')));
  const struct = matrix('GTcls', 2, [1, 1], element(5, words(16)), names, segmentation);
  const head = Buffer.alloc(HEADER_BYTES, ' ');
  head.write('MATLAB 5.0 MAT-file');
  head.writeUInt16LE(0x0100, 124);
  head.write('IM', 126);
  if (!isCompressed) {
    return Buffer.concat([head, struct]);
  }
  const packed = deflateSync(struct);
  const first = Buffer.alloc(8);
  first.writeUInt32LE(COMPRESSED, 0);
  first.writeUInt32LE(packed.length, 4);
  return Buffer.concat([head, first, packed]);
}

/** MATLAB files of version 5 to 7, also as label maps. */
export const MAT: FuzzFormat = {
  name: 'mat',
  module: import.meta.url,
  readers: 'readMatFile, readMatLabel',
  seeds: () =>
    Promise.resolve([
      single(FILE, labelMap(false)),
      single(FILE, labelMap(true)),
      ...['big', 'compressed', 'little', 'small-doubles'].map((name) =>
        single(FILE, fixture(`mat/${name}.mat`)),
      ),
    ]),
  structured: [CHANGE_COMPRESSED],
  isOnDisk: false,
  read({ files }) {
    const variables = readMatFile(files[FILE], FILE);
    return variables.has('GTcls') ? readMatLabel(files[FILE], FILE, MOST_PIXELS) : variables;
  },
  // Values of 256 MiB, and twice that again to unpack them.
  limitMiB: 768,
};
