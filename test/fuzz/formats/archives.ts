/** Archives for evaluation servers. */
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readArchive, writeArchive } from '#lib/submission/archive.js';
import { zip } from '../../helpers/zip.js';
import { single, type FuzzFormat, type Given, type Mutation } from '../format.js';
import { BYTES_MUTATIONS } from '../mutate/bytes.js';
import { labelPngs } from './pictures.js';
import { bytesOf, filesOf } from './temporary.js';
import { mkdirSync, writeFileSync } from 'node:fs';

const NAMES = Object.keys(BYTES_MUTATIONS);
const BLOCK = 512;
const MOST_BYTES = 2 ** 22;

async function members(file: string): Promise<readonly (readonly [string, number | undefined])[]> {
  const found: (readonly [string, number | undefined])[] = [];
  await readArchive(file, (name, content) => {
    found.push([name, content?.length]);
    return Promise.resolve();
  });
  return found;
}

const readerOf = (name: string) => {
  return ({ folder }: Given): unknown => members(path.join(folder, name));
};

/** A zip file of label maps. */
export const SUBMISSION_ZIP: FuzzFormat = {
  name: 'submission-zip',
  module: import.meta.url,
  readers: 'readArchive',
  seeds: () => {
    const [grey, indexed] = labelPngs();
    const list = [
      { name: 'results/a.png', content: grey, isStored: true },
      { name: 'results/b.png', content: indexed },
      { name: 'results/', content: '' },
    ];
    return Promise.resolve([single('a.zip', zip(list)), single('a.zip', zip(list.slice(0, 1)))]);
  },
  isOnDisk: true,
  read: readerOf('a.zip'),
  limitMiB: 512,
};

/** The header of one member: its checksum is the sum of its bytes, those of itself as blanks. */
function sealHeader(tar: Buffer, at: number): void {
  tar.fill(' ', at + 148, at + 156);
  let sum = 0;
  for (let i = at; i < at + BLOCK; i++) {
    sum += tar[i];
  }
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
}

/** What is packed changed, headers with the right checksum, and packed again. */
const REPACK: Mutation = {
  name: 'change what is packed',
  apply(files, random) {
    let tar: Buffer;
    try {
      tar = gunzipSync(files['a.tgz'], { maxOutputLength: MOST_BYTES });
    } catch {
      return files; // damaged already
    }
    const isHeader = tar.length >= BLOCK && random.chance(0.6);
    let changed: Buffer;
    if (isHeader) {
      changed = Buffer.from(tar);
      const at = BLOCK * random.integer(Math.floor(tar.length / BLOCK));
      const fields = [0, 100, 124, 125, 135, 136, 156, 157, 257, 345];
      const value = [0, 32, 48, 49, 53, 55, 76, 120, 128, 255][random.integer(10)];
      changed[at + fields[random.integer(fields.length)]] = value;
      sealHeader(changed, at);
    } else {
      changed = BYTES_MUTATIONS[NAMES[random.integer(NAMES.length)]](tar, random, tar);
    }
    return { 'a.tgz': gzipSync(changed, { level: 1 }) };
  },
};

/** A compressed tar file of label maps. */
export const SUBMISSION_TGZ: FuzzFormat = {
  name: 'submission-tgz',
  module: import.meta.url,
  readers: 'readArchive',
  async seeds() {
    const [grey, indexed] = labelPngs();
    const archive = await bytesOf(async (file) => {
      await filesOf(async (folder) => {
        mkdirSync(path.join(folder, 'results'));
        writeFileSync(path.join(folder, 'results', 'a.png'), grey);
        writeFileSync(path.join(folder, 'results', 'b.png'), indexed);
        await writeArchive(file, 'tgz', folder, ['results/a.png', 'results/b.png']);
      });
    });
    return [single('a.tgz', archive)];
  },
  structured: [REPACK],
  isOnDisk: true,
  read: readerOf('a.tgz'),
  limitMiB: 512,
};
