/** Unpacking chosen members of zip files: checked, atomic, resumable. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { DataError } from '../errors.js';
import { writeFileAtomic } from './atomic-file.js';
import { removeTemporaryFiles } from './temporary-file.js';
import { fileError } from './file-error.js';
import { expectFile, readFile } from './read-file.js';

/** Members are unpacked in memory; larger ones are refused: 256 MiB. */
const MAX_MEMBER_BYTES = 256 * 2 ** 20;

/** What to unpack, and where to. */
export interface UnzipOptions {
  /**
   * Where a member goes, relative to `target`; undefined for members that are not needed.
   *
   * @param name - the path of the member, with `/` between its parts
   */
  readonly place: (name: string) => string | undefined;
  readonly target: string;
  /** Read files that are there already and compare their checksums, not only their sizes. */
  readonly verify?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each member that is needed. */
  readonly onMember?: ((done: number, total: number) => void) | undefined;
}

/** What became of the members of a zip file. */
export interface UnzipResult {
  readonly written: number;
  /** Members that were there already. */
  readonly kept: number;
  /** Members that are not needed. */
  readonly skipped: number;
}

/**
 * Unpacks members of a zip file. A member is written whole or not at all, and one whose file is
 * there with the right size is kept: an interrupted call is completed by repeating it.
 *
 * @throws {@link DataError} if the zip file is damaged or cut off, if a member has another size or
 *   checksum than promised, or if a place lies outside of the target
 * @throws the signal's reason if it is aborted
 */
export async function unzip(file: string, options: UnzipOptions): Promise<UnzipResult> {
  const { signal, onMember } = options;
  const zip = await openZip(file);
  try {
    const { members, skipped } = await listMembers(zip, file, options);
    const cleaned = new Set<string>();
    let written = 0;
    for (const [position, { entry, to }] of members.entries()) {
      signal?.throwIfAborted();
      if (!(await isThere(to, entry, options.verify ?? false))) {
        const content = await readMember(zip, entry, file);
        const folder = path.dirname(to);
        if (!cleaned.has(folder)) {
          await mkdir(folder, { recursive: true });
          await removeTemporaryFiles(folder);
          cleaned.add(folder);
        }
        await writeFileAtomic(to, content);
        written++;
      }
      onMember?.(position + 1, members.length);
    }
    return { written, kept: members.length - written, skipped };
  } catch (error) {
    signal?.throwIfAborted();
    throw fileError('unpack', file, error);
  } finally {
    zip.close();
  }
}

interface Member {
  readonly entry: Entry;
  /** The file that it becomes. */
  readonly to: string;
}

async function listMembers(
  zip: ZipFile,
  file: string,
  { place, target, signal }: UnzipOptions,
): Promise<{ readonly members: readonly Member[]; readonly skipped: number }> {
  const members: Member[] = [];
  const root = path.resolve(target);
  let skipped = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      const relative = entry.fileName.endsWith('/') ? undefined : place(entry.fileName);
      if (relative === undefined) {
        skipped++;
        continue;
      }
      const to = path.resolve(root, relative);
      if (!to.startsWith(root + path.sep)) {
        throw new DataError(
          `zip file ${file}: expected members inside ${root}, got ${entry.fileName}; do not use it`,
          file,
        );
      }
      members.push({ entry, to });
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw damaged(file, error);
  }
  return { members, skipped };
}

async function openZip(file: string): Promise<ZipFile> {
  try {
    await expectFile(file);
    return await openPromise(file, { autoClose: false });
  } catch (error) {
    throw error instanceof Error && 'code' in error
      ? fileError('read', file, error)
      : damaged(file, error);
  }
}

/** What the library for zip files reports is damage; errors of our own pass. */
function damaged(file: string, cause: unknown): Error {
  if (cause instanceof DataError) {
    return cause;
  }
  const got = cause instanceof Error ? cause.message : String(cause);
  return new DataError(
    `zip file ${file}: expected a complete one, got "${got}"; download it again`,
    file,
    { cause },
  );
}

async function isThere(to: string, entry: Entry, verify: boolean): Promise<boolean> {
  const info = await stat(to).catch(() => undefined);
  if (info?.isFile() !== true || info.size !== entry.uncompressedSize) {
    return false;
  }
  return !verify || crc32(await readFile(to)) === entry.crc32;
}

async function readMember(zip: ZipFile, entry: Entry, file: string): Promise<Buffer> {
  const { fileName, uncompressedSize } = entry;
  if (uncompressedSize > MAX_MEMBER_BYTES) {
    throw damaged(file, `${fileName} of ${uncompressedSize} bytes`);
  }
  const pieces: Buffer[] = [];
  try {
    // The library ends the stream with an error at more or fewer bytes than promised.
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      pieces.push(piece as Buffer);
    }
  } catch (error) {
    throw damaged(file, `${fileName}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const content = Buffer.concat(pieces);
  if (crc32(content) !== entry.crc32) {
    throw damaged(file, `${fileName} with a wrong checksum`);
  }
  return content;
}
