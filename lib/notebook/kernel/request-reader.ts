/** What a socket accepts: whole, signed messages, each once. */
import { z } from 'zod';
import { jsonExcess } from '../../files/json-excess.js';
import { signedParts, type Request } from './message.js';

/** How many messages are remembered against being sent again, as in Jupyter's own kernels. */
const REMEMBERED = 65_536;
/** The longest part of a message that is read, in bytes: a cell with pictures in it is shorter. */
const MAX_PART_BYTES = 64 * 2 ** 20;

const text = z.string().max(1000);
const headerSchema = z.object({
  msg_id: text.min(1),
  msg_type: text.min(1),
  session: text.default(''),
  username: text.default(''),
  date: text.default(''),
  version: text.default(''),
});
const contentSchema = z.record(z.string(), z.unknown());

/** What is wrong with a message; the reader of the socket says it and goes on. */
export class BadMessage extends Error {
  override readonly name = 'BadMessage';
}

function parsePart(part: Buffer, name: string): unknown {
  if (part.length > MAX_PART_BYTES) {
    throw new BadMessage(`expected at most ${MAX_PART_BYTES} bytes of ${name}, got ${part.length}`);
  }
  const json = part.toString();
  const excess = jsonExcess(json);
  if (excess !== undefined) {
    throw new BadMessage(`expected ${excess} in the ${name}, got more`);
  }
  try {
    return JSON.parse(json);
  } catch {
    throw new BadMessage(`expected JSON in the ${name}, got another text`);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const field = issue.path.length === 0 ? name : `${String(issue.path[0])} in the ${name}`;
    throw new BadMessage(`expected ${field} as the protocol has it, got ${issue.message}`);
  }
  return result.data;
}

/** Reads the messages of one socket. */
export class RequestReader {
  /** Signatures and ids of messages, oldest first. */
  private readonly seen = new Set<string>();

  /** @param key - the key of the connection; empty for messages without signatures */
  constructor(private readonly key: string) {}

  /**
   * Reads a message.
   *
   * @throws {@link BadMessage} if it is none, is not signed with the key, was there before, or is not
   *   what the protocol says
   */
  read(frames: readonly Buffer[]): Request {
    const signed = signedParts(this.key, frames);
    if (signed === undefined) {
      throw new BadMessage('expected a message signed with the key of the connection, got another');
    }
    const { identities, signature, parts } = signed;
    if (signature !== '') {
      this.remember(`signature ${signature}`);
    }
    const names = ['header', 'parent header', 'metadata', 'content'];
    const [first, , , last] = names.map((name, i) => parsePart(parts[i], name));
    const header = checked(headerSchema, first, 'header');
    const content = checked(contentSchema, last, 'content');
    this.remember(`id ${header.session} ${header.msg_id}`);
    return { identities, header, content };
  }

  private remember(name: string): void {
    if (this.seen.has(name)) {
      throw new BadMessage('expected a new message, got one that was there before');
    }
    this.seen.add(name);
    if (this.seen.size > 2 * REMEMBERED) {
      const [oldest] = this.seen;
      this.seen.delete(oldest);
    }
  }
}
