/** Changes of bytes that know nothing of what they mean. */
import type { Random } from '#lib/random.js';

/** A change of bytes; `other` is another valid file of the format. */
export type BytesMutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** The longest run of bytes that one change overwrites, inserts or repeats. */
const LONGEST_RUN = 64;

const place = (bytes: Buffer, random: Random): number => random.integer(bytes.length + 1);

/** Two places in order. */
function range(bytes: Buffer, random: Random): readonly [number, number] {
  const [a, b] = [place(bytes, random), place(bytes, random)];
  return a < b ? [a, b] : [b, a];
}

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) {
    change(copy);
  }
  return copy;
}

/** Bytes that readers stumble over: random ones, or all alike. */
function filler(random: Random): Buffer {
  const length = 1 + random.integer(LONGEST_RUN);
  const same = [0x00, 0xff, 0x20, 0x80, 0x7f][random.integer(8)];
  return same === undefined
    ? Buffer.from(Array.from({ length }, () => random.integer(256)))
    : Buffer.alloc(length, same);
}

/** Numbers at the ends of what a field can hold, and near the length of the file. */
function extreme(length: number, random: Random): bigint {
  const values = [
    0n,
    1n,
    0x7fn,
    0x80n,
    0xffn,
    0x7fffn,
    0xffffn,
    0x7fffffffn,
    0x80000000n,
    0xffffffffn,
    0x7fffffffffffffffn,
    0xffffffffffffffffn,
    0x20000000000000n,
    BigInt(length),
    BigInt(length + 1),
    BigInt(Math.max(0, length - 1)),
  ];
  return values[random.integer(values.length)];
}

function setNumber(bytes: Buffer, random: Random): Buffer {
  const size = [1, 2, 4, 8][random.integer(4)];
  return changed(bytes, (copy) => {
    if (copy.length < size) {
      return;
    }
    const most = copy.length - size;
    // Headers are where lengths stand; fields lie at multiples of their size more often than not.
    const near = random.chance(0.5)
      ? random.integer(Math.min(most, 256) + 1)
      : random.integer(most + 1);
    const at = random.chance(0.7) ? near - (near % size) : near;
    const field = Buffer.alloc(8);
    const value = BigInt.asUintN(8 * size, extreme(copy.length, random));
    field.writeBigUInt64LE(value);
    const content = field.subarray(0, size);
    copy.set(random.chance(0.5) ? content : content.reverse(), at);
  });
}

/** All of them by name. */
export const BYTES_MUTATIONS: Readonly<Record<string, BytesMutation>> = {
  'flip a bit': (bytes, random) =>
    changed(bytes, (copy) => {
      copy[random.integer(copy.length)] ^= 1 << random.integer(8);
    }),
  'set a byte': (bytes, random) =>
    changed(bytes, (copy) => {
      copy[random.integer(copy.length)] = random.integer(256);
    }),
  'set a number': setNumber,
  overwrite: (bytes, random) =>
    changed(bytes, (copy) => {
      filler(random).copy(copy, random.integer(copy.length));
    }),
  'cut the end': (bytes, random) => bytes.subarray(0, place(bytes, random)),
  'cut the start': (bytes, random) => bytes.subarray(place(bytes, random)),
  remove: (bytes, random) => {
    const [from, to] = range(bytes, random);
    const end = random.chance(0.5) ? Math.min(to, from + LONGEST_RUN) : to;
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(end)]);
  },
  insert: (bytes, random) => {
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), filler(random), bytes.subarray(at)]);
  },
  append: (bytes, random) => Buffer.concat([bytes, filler(random)]),
  repeat: (bytes, random) => {
    const [from, to] = range(bytes, random);
    const piece = bytes.subarray(from, to);
    const times = 1 + random.integer(3);
    const copies = Array.from({ length: times }, () => piece);
    return Buffer.concat([bytes.subarray(0, to), ...copies, bytes.subarray(to)]);
  },
  swap: (bytes, random) => {
    const [a, b] = range(bytes, random);
    const length = Math.min(1 + random.integer(LONGEST_RUN), b - a, bytes.length - b);
    return Buffer.concat([
      bytes.subarray(0, a),
      bytes.subarray(b, b + length),
      bytes.subarray(a + length, b),
      bytes.subarray(a, a + length),
      bytes.subarray(b + length),
    ]);
  },
  splice: (bytes, random, other) => {
    const at = place(bytes, random);
    const from = random.chance(0.5) ? Math.min(at, other.length) : place(other, random);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from)]);
  },
  empty: (bytes, random) => (random.chance(0.1) ? Buffer.alloc(0) : bytes.subarray(0, 1)),
};
