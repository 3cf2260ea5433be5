/** What rank 0 of a ring shares with the others: bytes by name, taken part by part. */
import { BackendError } from '../../errors.js';
import { deferred, type Deferred } from './deferred.js';

/** Bytes of a part; a line of a connection has room for them in base64. */
const PART_BYTES = 32_768;

/** Bytes by name. */
export class SharedBytes {
  private readonly byName = new Map<string, Deferred<Uint8Array>>();

  /** A part of some bytes, in base64, and how many there are in all; waits until they are there. */
  async part(name: string, offset: number): Promise<{ bytes: string; total: number }> {
    const bytes = await this.slot(name).promise;
    const part = bytes.subarray(offset, offset + PART_BYTES);
    const { buffer, byteOffset, byteLength } = part;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    return { bytes: text, total: bytes.length };
  }

  /** Shares bytes. */
  put(name: string, bytes: Uint8Array): void {
    this.slot(name).resolve(bytes);
  }

  /** Shares them no longer. */
  remove(name: string): void {
    this.byName.delete(name);
  }

  /** Lets all who wait know that nothing more comes. */
  close(reason: string): void {
    for (const slot of this.byName.values()) {
      slot.reject(new BackendError(reason));
    }
  }

  private slot(name: string): Deferred<Uint8Array> {
    let slot = this.byName.get(name);
    if (slot === undefined) {
      slot = deferred<Uint8Array>();
      this.byName.set(name, slot);
    }
    return slot;
  }
}
