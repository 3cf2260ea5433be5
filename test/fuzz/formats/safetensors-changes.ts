/** Changes of the JSON header of a safetensors file. */
import { createHash } from 'node:crypto';
import type { Files, Mutation } from '../format.js';
import { mutateJson } from '../mutate/json.js';

const LENGTH_BYTES = 8;

function headerEnd(bytes: Buffer): number | undefined {
  if (bytes.length < LENGTH_BYTES) {
    return undefined;
  }
  const end = LENGTH_BYTES + Number(bytes.readBigUInt64LE());
  return end <= bytes.length ? end : undefined;
}

/** The only file of a document, changed. */
function change(files: Files, work: (bytes: Buffer) => Buffer): Files {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, work(bytes)]));
}

/** A header with one change, and the right length before it. */
export const CHANGE_HEADER: Mutation = {
  name: 'change the header',
  apply: (files, random) =>
    change(files, (bytes) => {
      const end = headerEnd(bytes);
      const json = end === undefined ? undefined : bytes.toString('utf8', LENGTH_BYTES, end);
      const changed = json === undefined ? undefined : mutateJson(json.trimEnd(), random);
      if (changed === undefined) {
        return bytes;
      }
      const header = Buffer.from(changed.text);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeBigUInt64LE(BigInt(header.length));
      return Buffer.concat([length, header, bytes.subarray(end)]);
    }),
};

const SEAL = /"sha256":"([0-9a-f]{64})"/;

/** Numbers changed, and the checksum of a checkpoint written again. */
export const RESEAL: Mutation = {
  name: 'change numbers and write the checksum again',
  isResealed: true,
  apply: (files, random) =>
    change(files, (bytes) => {
      const end = headerEnd(bytes);
      const found = end === undefined ? null : SEAL.exec(bytes.toString('latin1', 0, end));
      if (end === undefined || found === null) {
        return bytes;
      }
      const copy = Buffer.from(bytes);
      if (copy.length > end) {
        copy[end + random.integer(copy.length - end)] = [0xff, 0x7f, 0x80, 0][random.integer(4)];
      }
      const at = found.index + '"sha256":"'.length;
      copy.write('0'.repeat(64), at, 'latin1');
      copy.write(createHash('sha256').update(copy).digest('hex'), at, 'latin1');
      return copy;
    }),
};
