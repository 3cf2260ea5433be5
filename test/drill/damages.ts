/** Ways to damage a file. */
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';

/** A way to damage a file. */
export interface Damage {
  readonly name: string;
  /** @param other - the same file of another run */
  readonly apply: (file: string, other: string) => void;
}

/** Changes one byte, at a share of the length. */
function flip(file: string, share: number): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(share * (bytes.length - 1))] ^= 1;
  writeFileSync(file, bytes);
}

export const DAMAGES: readonly Damage[] = [
  {
    name: 'cut in half',
    apply: (file) => {
      truncateSync(file, readFileSync(file).length >> 1);
    },
  },
  {
    name: 'without its last byte',
    apply: (file) => {
      truncateSync(file, readFileSync(file).length - 1);
    },
  },
  {
    name: 'empty',
    apply: (file) => {
      truncateSync(file, 0);
    },
  },
  {
    name: 'with a wrong bit at the start',
    apply: (file) => {
      flip(file, 0);
    },
  },
  {
    name: 'with a wrong bit in the middle',
    apply: (file) => {
      flip(file, 0.5);
    },
  },
  {
    name: 'with a wrong bit at the end',
    apply: (file) => {
      flip(file, 1);
    },
  },
  {
    name: 'full of zeros',
    apply: (file) => {
      writeFileSync(file, Buffer.alloc(readFileSync(file).length));
    },
  },
  {
    name: 'that of another run',
    apply: (file, other) => {
      copyFileSync(other, file);
    },
  },
  {
    name: 'removed',
    apply: (file) => {
      rmSync(file);
    },
  },
];
