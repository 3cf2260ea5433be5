/** Arrays told apart by a checksum. */
import { createHash } from 'node:crypto';
import type { NamedArrays } from './arrays.js';

/** SHA-256 of the names, types, shapes and elements of arrays, whatever their order. */
export function arraysDigest(arrays: NamedArrays): string {
  const hash = createHash('sha256');
  for (const [name, { dtype, shape, data }] of Object.entries(arrays).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
