import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { BadMessage, RequestReader } from '#lib/notebook/kernel/request-reader.js';
import type { Request } from '#lib/notebook/kernel/message.js';
import type { Files, FuzzFormat, Given, Mutation } from '../format.js';

const KEY = 'f3a1b2c4-key';
const DELIMITER = Buffer.from('<IDS|MSG>');
/** The frames behind the delimiter and the signature. */
const PARTS = ['header.json', 'parent.json', 'metadata.json', 'content.json'];

const MESSAGES: readonly (readonly [string, object])[] = [
  ['execute_request', { code: '1 + 1', silent: false, user_expressions: {}, stop_on_error: true }],
  ['comm_open', { comm_id: 'a', target_name: 'b', data: { x: [1, 2] } }],
];

function signature(files: Files): Buffer {
  const hash = createHmac('sha256', KEY);
  for (const name of PARTS) {
    hash.update(files[name]);
  }
  return Buffer.from(hash.digest('hex'));
}

function message(type: string, content: object): Files {
  const header = {
    msg_id: `id of ${type}`,
    msg_type: type,
    session: 's',
    username: 'u',
    date: '2026-01-31T12:00:00.000Z',
    version: '5.3',
  };
  const parts = [header, {}, { a: 1 }, content].map((part) => Buffer.from(JSON.stringify(part)));
  const files = Object.fromEntries(PARTS.map((name, i) => [name, parts[i]]));
  return {
    identity: Buffer.from('client'),
    delimiter: DELIMITER,
    signature: signature(files),
    ...files,
  };
}

/** Messages as frames of bytes; the reader is new for each, since it remembers. */
const read = (key: string) => {
  return ({ files }: Given): unknown => new RequestReader(key).read(Object.values(files));
};

const seeds = (): Promise<Files[]> =>
  Promise.resolve(MESSAGES.map(([type, content]) => message(type, content)));

const REORDER: Mutation = {
  name: 'frames in another order',
  apply: (files, random) => Object.fromEntries(random.shuffle(Object.entries(files))),
};

const REMOVE: Mutation = {
  name: 'a frame fewer',
  apply(files, random) {
    const entries = Object.entries(files);
    const gone = random.integer(entries.length);
    return entries.length === 1 ? files : Object.fromEntries(entries.filter((_, i) => i !== gone));
  },
};

const isTyped = (error: unknown): boolean => error instanceof BadMessage;

/** Messages of a connection without a key. */
export const KERNEL_MESSAGE: FuzzFormat = {
  name: 'kernel-message',
  module: import.meta.url,
  readers: 'RequestReader.read without a key',
  seeds,
  structured: [REORDER, REMOVE],
  isOnDisk: false,
  read: read(''),
  isTyped,
  limitMiB: 256,
};

/** Messages that are signed. */
export const KERNEL_MESSAGE_SIGNED: FuzzFormat = {
  name: 'kernel-message-signed',
  module: import.meta.url,
  readers: 'RequestReader.read with a key',
  seeds,
  structured: [REORDER, REMOVE],
  isOnDisk: false,
  read: read(KEY),
  isTyped,
  promise: {
    what: 'header and content are those that were signed',
    holds(content, originals) {
      const { header, content: value } = content as Request;
      return (originals as Request[]).some(
        (one) => isDeepStrictEqual(header, one.header) && isDeepStrictEqual(value, one.content),
      );
    },
  },
  limitMiB: 256,
};
