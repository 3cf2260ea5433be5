import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { unzip } from '#lib/files/zip.js';
import { zip } from '../../helpers/zip.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'download.zip';
const TEXT = 'a text that can be compressed, '.repeat(4);

/** The contents of all files below a folder. */
function contentsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'));
}

/** A download to be unpacked: each member has its CRC-32. */
export const ZIP: FuzzFormat = {
  name: 'zip',
  module: import.meta.url,
  readers: 'unzip',
  seeds: () =>
    Promise.resolve([
      single(
        FILE,
        zip([
          { name: 'a/one.txt', content: TEXT },
          { name: 'a/two.bin', content: Buffer.from([1, 2, 3]), isStored: true },
          { name: 'b/skipped.txt', content: 'x' },
        ]),
      ),
      single(FILE, zip([{ name: 'a/three.txt', content: TEXT.toUpperCase() }])),
    ]),
  isOnDisk: true,
  async read({ folder }) {
    const target = path.join(folder, 'unpacked');
    rmSync(target, { recursive: true, force: true });
    await unzip(path.join(folder, FILE), {
      target,
      place: (name) => (name.startsWith('b/') ? undefined : name),
    });
    return existsSync(target) ? contentsIn(target) : [];
  },
  promise: {
    what: 'each file is a member that was packed',
    holds(content, originals) {
      const packed = new Set([...(originals as string[][]).flat(), 'x', '']);
      return (content as string[]).every((one) => packed.has(one));
    },
  },
  limitMiB: 512,
};
