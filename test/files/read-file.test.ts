import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArchitecture } from '../../lib/architecture/file.js';
import { equalImages } from '../../lib/dataset/inspection/shared-images.js';
import { sniff } from '../../lib/dataset/import/tree.js';
import { readHeader } from '../../lib/dataset/import/image-header.js';
import { readLines } from '../../lib/dataset/reading/files.js';
import { readImageFile, readImageHeader } from '../../lib/dataset/reading/image-file.js';
import { readLabelFile } from '../../lib/dataset/reading/label-file.js';
import { DataError } from '../../lib/errors.js';
import { readJsonElements } from '../../lib/files/json-elements.js';
import { readJsonFile } from '../../lib/files/json-file.js';
import { readOwner } from '../../lib/files/lock-owner.js';
import { openFile, readFile, readFileSync } from '../../lib/files/read-file.js';
import { readSafetensors } from '../../lib/files/safetensors.js';
import { readTextFile } from '../../lib/files/text-file.js';
import { unzip } from '../../lib/files/zip.js';
import { isPredicted } from '../../lib/inference/output-mark.js';
import { readNotebook } from '../../lib/notebook/run/read-notebook.js';
import { readCheckpoint } from '../../lib/run/checkpoint-file.js';
import { readHistory } from '../../lib/run/history.js';
import { Manifest } from '../../lib/run/manifest.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const isUnix = process.platform !== 'win32';
const at = (name: string) => path.join(folder, name);
const [pipe, socket, dir] = [at('pipe'), at('socket'), at('folder')];
const server = createServer();

if (isUnix) {
  execFileSync('mkfifo', [pipe]);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
}
mkdirSync(dir);
writeFileSync(at('file'), 'content');
afterAll(() => {
  server.close();
});

/** Everything that reads a file of the user's. */
const READERS: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  openFile,
  readFile,
  readFileSync: (file) => Promise.resolve().then(() => readFileSync(file)),
  'a text': readTextFile,
  'a split list': (file) => readLines(file, 'split list'),
  JSON: readJsonFile,
  'large JSON': (file) => readJsonElements(file, () => undefined),
  'an image': (file) => readImageFile(file),
  "an image's header": readImageHeader,
  'a label map': (file) => readLabelFile(file),
  'a file of an export': (file) =>
    sniff({ root: path.dirname(file), files: [] }, path.basename(file)),
  safetensors: readSafetensors,
  'a checkpoint': (file) => readCheckpoint(file),
  'a history': readHistory,
  'an architecture': readArchitecture,
  'a notebook': readNotebook,
  'a lock': readOwner,
  'a zip file': (file) => unzip(file, { place: () => 'x', target: dir }),
};

describe.skipIf(!isUnix)('what reads files', () => {
  const kinds = [
    [pipe, 'a pipe'],
    [socket, 'a socket'],
    [dir, 'a folder'],
    ['/dev/zero', 'a device'],
  ] as const;

  it.each(Object.entries(READERS))('refuses what is no file: %s', async (_, read) => {
    for (const [file, kind] of kinds) {
      const error: unknown = await read(file).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(DataError);
      const { message, file: named } = error as DataError;
      expect(message).toContain(`${file}: expected a`);
      expect(message).toContain(`got ${kind}`);
      expect(named).toBe(file);
    }
  });

  it('says so of a document of a run', async () => {
    const run = at('run');
    mkdirSync(run);
    const manifest = await Manifest.create(run, {});
    execFileSync('mkfifo', [path.join(run, 'metrics.json')]);
    await expect(manifest.check('metrics.json')).rejects.toThrow(/metrics.json: .*got a pipe/);
    await manifest.announce('metrics.json', 'text');
  });

  it('says so of an image that is imported', async () => {
    expect(await readHeader({ file: pipe })).toMatch(/cannot be read \(.*got a pipe/);
  });

  it('takes no pipe for a picture of a prediction or for the same image', async () => {
    expect(await isPredicted(pipe)).toBe(false);
    const sample = { id: 'a', imageFile: pipe, labelFile: undefined };
    expect(await equalImages([sample], [{ ...sample, id: 'b' }])).toEqual([]);
  });
});

describe('readFile', () => {
  it('reads a file', async () => {
    expect((await readFile(at('file'))).toString()).toBe('content');
    expect(readFileSync(at('file')).toString()).toBe('content');
  });

  it('refuses a file that is too large', async () => {
    await expect(readFile(at('file'), 6)).rejects.toThrow(/at most 6 bytes, got 7/);
  });

  it('reports the error of the system for one that is missing', async () => {
    await expect(readFile(at('missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
