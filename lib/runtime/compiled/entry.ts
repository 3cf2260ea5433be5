/**
 * Compiled steps as a file:
 *
 *     autodeeplab graph 1\n   what it is
 *     32 bytes                SHA-256 of all that follows
 *     64 bytes                the key that it was written for, in hexadecimal digits
 *     4 bytes                 length of the facts, little-endian
 *     facts                   JSON
 *     graph                   to the end: a GraphDef
 */
import { createHash } from 'node:crypto';
import type { CompiledSteps, StepFacts } from './compiled-steps.js';

const MAGIC = Buffer.from('autodeeplab graph 1\n');
const DIGEST = 32;
const KEY = 64;
const LENGTH = 4;

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The content of a file. */
export function formatEntry(key: string, { facts, graph }: CompiledSteps): Uint8Array {
  const text = Buffer.from(JSON.stringify(facts));
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32LE(text.length);
  const rest = Buffer.concat([Buffer.from(key), length, text, graph]);
  return Buffer.concat([MAGIC, digestOf(rest), rest]);
}

/** What a file holds; undefined if it is damaged, of another key or of another form. */
export function parseEntry(key: string, content: Buffer): CompiledSteps | undefined {
  const start = MAGIC.length + DIGEST;
  const rest = content.subarray(start);
  const isWhole =
    rest.length >= KEY + LENGTH &&
    content.subarray(0, MAGIC.length).equals(MAGIC) &&
    content.subarray(MAGIC.length, start).equals(digestOf(rest)) &&
    rest.subarray(0, KEY).toString() === key;
  if (!isWhole) {
    return undefined;
  }
  const end = KEY + LENGTH + rest.readUInt32LE(KEY);
  // What has the digest of all of it, this library wrote.
  const facts = JSON.parse(rest.subarray(KEY + LENGTH, end).toString()) as StepFacts;
  return { facts, graph: rest.subarray(end) };
}
