/** Captures what a process writes to its standard streams. */
import { StringDecoder } from 'node:string_decoder';
import type { StreamName } from './cell-output.js';

/** Receives a text; returns false to let the terminal have it. */
export type TextReceiver = (name: StreamName, text: string) => boolean;

type Write = (
  chunk: string | Uint8Array,
  encoding?: BufferEncoding | ((error?: Error | null) => void),
  callback?: (error?: Error | null) => void,
) => boolean;

const NAMES = ['stdout', 'stderr'] as const;

/** Captured streams. */
export interface Capture {
  /** Writes to the terminal, past the capture. */
  readonly terminal: Readonly<Record<StreamName, (text: string) => void>>;
  /** Restores the streams. */
  release(): void;
}

/** Passes everything that this process writes to stdout and stderr to `receive`. */
export function captureStreams(receive: TextReceiver): Capture {
  const originals = NAMES.map((name) => {
    const stream = process[name];
    // oxlint-disable-next-line typescript/unbound-method -- put back as it is
    const original = stream.write as Write;
    const decoder = new StringDecoder('utf8');
    const write: Write = (chunk, encoding, callback) => {
      const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (!receive(name, text)) {
        return original.call(stream, chunk, encoding, callback);
      }
      if (done) {
        process.nextTick(done);
      }
      return true;
    };
    stream.write = write;
    return { name, stream, original };
  });
  const [stdout, stderr] = originals.map(({ stream, original }) => (text: string): void => {
    original.call(stream, text);
  });
  return {
    terminal: { stdout, stderr },
    release: () => {
      for (const { stream, original } of originals) {
        stream.write = original;
      }
    },
  };
}
