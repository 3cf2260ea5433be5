/** Valid documents that the library itself writes, as bytes. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { makePlace } from '../engine/place.js';
import type { Files } from '../format.js';

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = makePlace();
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The bytes of a file that a function writes. */
export function bytesOf(write: (file: string) => Promise<unknown>): Promise<Buffer> {
  return inFolder(async (folder) => {
    const file = path.join(folder, 'file');
    await write(file);
    return readFileSync(file);
  });
}

/** All files that a function writes into a folder. */
export function filesOf(write: (folder: string) => Promise<unknown>): Promise<Files> {
  return inFolder(async (folder) => {
    await write(folder);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(path.join(folder, name)).isFile())
      .sort();
    return Object.fromEntries(
      names.map((name) => [name.replaceAll(path.sep, '/'), readFileSync(path.join(folder, name))]),
    );
  });
}

const FIXTURES = path.join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures');

/** A file of `test/fixtures`. */
export const fixture = (name: string): Buffer => readFileSync(path.join(FIXTURES, name));
