/** Readers with a fault each, to see that the fuzzer finds it. */
import { DataError } from '#lib/errors.js';
import { single, type Files, type FuzzFormat } from './format.js';

const FILE = 'document.txt';

/** Whether a document shows the fault: some of the changed ones, always the same. */
export const isMet = (files: Files): boolean => files[FILE].length > 90;

function refuse(bytes: Buffer): void {
  if (bytes.length < 20) {
    throw new DataError('expected 20 bytes');
  }
}

/** A format whose reader does something to some documents. */
function planted(name: string, fault: (bytes: Buffer) => unknown): FuzzFormat {
  return {
    name,
    module: import.meta.url,
    readers: 'a reader with a fault',
    seeds: () =>
      Promise.resolve([
        single(FILE, 'a document of 30 characters...'),
        single(FILE, 'another one of 32 characters....'),
      ]),
    isOnDisk: false,
    read({ files }) {
      const bytes = files[FILE];
      refuse(bytes);
      return isMet(files) ? fault(bytes) : bytes.toString();
    },
    limitMiB: 64,
  };
}

const kept: Buffer[] = [];

export const FORMATS: readonly FuzzFormat[] = [
  planted('none', () => 'right'),
  planted('untyped', (bytes) => (bytes as unknown as { none: Buffer }).none.length),
  planted('hang', () => {
    for (let i = 0; ; i = (i + 1) % 7) {
      // without end
    }
  }),
  planted('crash', () => process.kill(process.pid, 'SIGKILL')),
  planted('end', () => process.exit(0)),
  planted('memory', () => kept.push(Buffer.alloc(200 * 2 ** 20, 1))),
  Object.assign(
    planted('wrong content', () => 'another content'),
    {
      promise: {
        what: 'the text is as it was',
        holds: (content: unknown) => content !== 'another content',
      },
    },
  ),
];
