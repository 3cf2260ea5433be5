/**
 * Jupyter's messages on the wire: frames of bytes, signed with the key of the connection.
 *
 * Source: "Messaging in Jupyter", protocol 5.3, jupyter-client.readthedocs.io.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** The protocol that this kernel speaks. */
export const PROTOCOL_VERSION = '5.3';

/** What a kernel is told at its start: where to listen and how to sign. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
}

/** The header of a message. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** The content of a message. */
export type Content = Readonly<Record<string, unknown>>;

/** A message from a client. */
export interface Request {
  /** Addresses of the client. */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly content: Content;
}

/** The bytes of a message. */
export type Frames = readonly (Buffer | string)[];

const DELIMITER = Buffer.from('<IDS|MSG>');

function sign(key: string, parts: readonly (Buffer | string)[]): string {
  const hash = createHmac('sha256', key);
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest('hex');
}

function isSignedBy(key: string, signature: Buffer, parts: readonly Buffer[]): boolean {
  const expected = Buffer.from(sign(key, parts));
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

/** The parts of a message, not yet read. */
export interface SignedParts {
  readonly identities: readonly Buffer[];
  /** Empty where messages are not signed. */
  readonly signature: string;
  /** Header, parent header, metadata, content, buffers. */
  readonly parts: readonly Buffer[];
}

/**
 * Takes a message apart.
 *
 * @returns undefined if it is not a message, or was not signed with the key
 */
export function signedParts(key: string, frames: readonly Buffer[]): SignedParts | undefined {
  const start = frames.findIndex((frame) => frame.equals(DELIMITER));
  const [signature, ...parts] = start < 0 ? [] : frames.slice(start + 1);
  if (parts.length < 4 || (key !== '' && !isSignedBy(key, signature, parts))) {
    return undefined;
  }
  const isSigned = key !== '';
  return {
    identities: frames.slice(0, start),
    signature: isSigned ? signature.toString('latin1') : '',
    parts,
  };
}

/** A message to write. */
export interface OutgoingMessage {
  readonly type: string;
  readonly content: Content;
  /** The request that it answers or that caused it. */
  readonly cause?: Request | undefined;
  /** Whom it is for; on the channel that all clients hear, the topic. */
  readonly identities: readonly (Buffer | string)[];
}

/** The answer to a request. */
export function replyTo(request: Request, content: Content): OutgoingMessage {
  const type = request.header.msg_type.replace(/_request$/, '_reply');
  return { type, content, cause: request, identities: request.identities };
}

/** The bytes of a message, signed. */
export function writeMessage(
  key: string,
  { type, content, cause, identities }: OutgoingMessage,
): Frames {
  const header: Header = {
    msg_id: randomUUID(),
    msg_type: type,
    session: cause?.header.session ?? '',
    username: cause?.header.username ?? '',
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
  const parts = [header, cause?.header ?? {}, {}, content].map((part) => JSON.stringify(part));
  const signature = key === '' ? '' : sign(key, parts);
  return [...identities, DELIMITER, signature, ...parts];
}
