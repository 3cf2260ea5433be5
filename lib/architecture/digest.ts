/** Fingerprints of α and β. */
import { createHash } from 'node:crypto';
import type { Logits } from './probabilities.js';

/** SHA-256 of logits as little-endian float32, in hexadecimal: the same numbers, the same text. */
export function logitsDigest(logits: Logits): string {
  const bytes = new DataView(new ArrayBuffer(logits.length * 4));
  for (let i = 0; i < logits.length; i++) {
    bytes.setFloat32(i * 4, logits[i], true);
  }
  return createHash('sha256').update(bytes).digest('hex');
}
