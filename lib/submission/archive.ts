/** Archives of server files: zip and compressed tar. */
import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create as createTar, list as listTar, type ReadEntry } from 'tar';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { DataError } from '../errors.js';
import { syncFile, syncFolder } from '../files/atomic-file.js';
import { temporaryName } from '../files/temporary-file.js';
import { fileError } from '../files/file-error.js';
import { openFile, readFile } from '../files/read-file.js';

/** The kinds of archives, by the first bytes of their files. */
export type ArchiveKind = 'zip' | 'tgz' | 'folder' | 'other';

/** Larger members are not label maps: 256 MiB. */
const MAX_MEMBER_BYTES = 256 * 2 ** 20;

/** All members have one time, so that the same files give the same archive. */
const TIME = new Date(2000, 0, 1);

/** Receives a member; content is undefined if it is too large to be a label map. */
export type OnMember = (name: string, content: Buffer | undefined) => Promise<void>;

/**
 * Packs files of a folder, in one step.
 *
 * @param names - relative to the folder, with `/`
 * @throws {@link DataError} if a file cannot be read or the archive cannot be written
 * @throws the signal's reason if it is aborted
 */
export async function writeArchive(
  archive: string,
  kind: 'zip' | 'tgz',
  folder: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const temporary = temporaryName(archive);
  const content = kind === 'zip' ? zipped(folder, names) : tarred(folder, names);
  try {
    await pipeline(content, createWriteStream(temporary, { flags: 'wx' }), { signal });
    await syncFile(temporary);
    await rename(temporary, archive);
    await syncFolder(path.dirname(archive));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error says more
    signal?.throwIfAborted();
    throw fileError('write', archive, error);
  }
}

/** PNG files are compressed already: they are stored as they are. */
function zipped(folder: string, names: readonly string[]): NodeJS.ReadableStream {
  const zip = new ZipFile();
  for (const name of names) {
    zip.addFile(path.join(folder, name), name, { compress: false, mtime: TIME, mode: 0o100644 });
  }
  zip.on('error', (error) => zip.outputStream.emit('error', error));
  zip.end();
  return zip.outputStream;
}

function tarred(folder: string, names: readonly string[]): NodeJS.ReadableStream {
  const options = { cwd: folder, gzip: true, portable: true, strict: true, mtime: TIME };
  return createTar(options, [...names]) as unknown as NodeJS.ReadableStream;
}

/** What a file or folder is, by its content. */
export async function archiveKind(file: string): Promise<ArchiveKind> {
  try {
    if ((await stat(file)).isDirectory()) {
      return 'folder';
    }
    const handle = await openFile(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      const isGzip = buffer[0] === 0x1f && buffer[1] === 0x8b;
      return isGzip ? 'tgz' : buffer.toString('latin1', 0, 2) === 'PK' ? 'zip' : 'other';
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError('read', file, error);
  }
}

/**
 * Reads the files of an archive or folder, one after another; folders in it are no members.
 *
 * @throws {@link DataError} if it is damaged or of another kind
 * @throws the signal's reason if it is aborted
 */
export async function readArchive(
  file: string,
  onMember: OnMember,
  signal?: AbortSignal,
): Promise<void> {
  const kind = await archiveKind(file);
  let failure: { readonly error: unknown } | undefined;
  const visit: OnMember = async (name, content) => {
    signal?.throwIfAborted();
    await onMember(name, content).catch((error: unknown) => {
      failure = { error };
      throw error;
    });
  };
  try {
    if (kind === 'folder') {
      await readFolder(file, visit);
    } else if (kind === 'zip') {
      await readZip(file, visit);
    } else if (kind === 'tgz') {
      await readTar(file, visit);
    } else {
      throw new Error('a file of another kind');
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (failure !== undefined) {
      throw failure.error; // the caller's own, not of the archive
    }
    const got = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `${file}: expected a folder, a complete zip file or a compressed tar file, got "${got}"; write ` +
        'it again',
      file,
      { cause: error },
    );
  }
}

async function readFolder(folder: string, visit: OnMember): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  for (const file of files.map(({ parentPath, name }) => path.join(parentPath, name)).sort()) {
    const name = path.relative(folder, file).replaceAll(path.sep, '/');
    await visit(name, await readFile(file));
  }
}

async function readZip(file: string, visit: OnMember): Promise<void> {
  const zip = await openPromise(file, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) {
        continue;
      }
      if (entry.uncompressedSize > MAX_MEMBER_BYTES) {
        await visit(entry.fileName, undefined);
        continue;
      }
      const pieces: Buffer[] = [];
      for await (const piece of await zip.openReadStreamPromise(entry)) {
        pieces.push(piece as Buffer);
      }
      await visit(entry.fileName, Buffer.concat(pieces));
    }
  } finally {
    zip.close();
  }
}

/** Members are visited in order while the file is read. */
async function readTar(file: string, visit: OnMember): Promise<void> {
  let visits = Promise.resolve();
  const onReadEntry = (entry: ReadEntry): void => {
    const isLabelMap = entry.type === 'File' && entry.size <= MAX_MEMBER_BYTES;
    const content = isLabelMap ? entry.concat() : Promise.resolve(undefined);
    if (!isLabelMap) {
      entry.resume();
    }
    if (entry.type !== 'Directory') {
      visits = visits.then(async () => visit(entry.path, await content));
      visits.catch(() => undefined); // thrown below
    }
  };
  await listTar({ file, strict: true, onReadEntry });
  await visits;
}
