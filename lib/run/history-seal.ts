/** The checksum that each message of a history carries in its metadata. */
import { createHash } from 'node:crypto';

/** The key of the checksum. */
export const SEAL_KEY = 'autodeeplab.sha256';

/** The key of the number, in the run, of a batch's first row. */
export const FIRST_ROW_KEY = 'autodeeplab.first-row';

/** The key of the run that a history belongs to, as its manifest names it. */
export const RUN_KEY = 'autodeeplab.run';

/** The length of a checksum: SHA-256 in hexadecimal digits. */
export const SEAL_BYTES = 64;

/** Stands for the checksum while the checksum is computed. */
export const UNSEALED = '0'.repeat(SEAL_BYTES);

/** SHA-256 of a message, its own place for the checksum taken as zeros. */
function checksum(message: Uint8Array, at: number): string {
  return createHash('sha256')
    .update(message.subarray(0, at))
    .update(UNSEALED)
    .update(message.subarray(at + SEAL_BYTES))
    .digest('hex');
}

/** Writes the checksum of a message over the {@link UNSEALED} in it. */
export function seal(message: Uint8Array): Uint8Array {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const at = bytes.indexOf(UNSEALED);
  bytes.write(checksum(message, at), at, 'latin1');
  return message;
}

/** Whether the checksum at a position of a message is that of the message. */
export function isSealIntact(message: Uint8Array, at: number): boolean {
  const stored = Buffer.from(message.subarray(at, at + SEAL_BYTES)).toString('latin1');
  return stored === checksum(message, at);
}
