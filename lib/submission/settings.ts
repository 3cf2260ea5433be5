/** What made server files: noted beside them, so that a resumed call never mixes two networks. */
import { stat } from 'node:fs/promises';
import { ConfigError } from '../errors.js';
import { readJsonFile, writeJsonFile } from '../files/json-file.js';

/** Names the kind of file. */
const GENERATOR = 'autodeeplab submission';

/** What the label maps depend on; plain data. */
export type SubmissionSettings = Readonly<Record<string, unknown>>;

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** The settings that a file notes; undefined if there is no such file, *foreign* if it is no note. */
async function noted(file: string): Promise<SubmissionSettings | 'foreign' | undefined> {
  if (!(await exists(file))) {
    return undefined;
  }
  const document = (await readJsonFile(file)) as SubmissionSettings | null;
  return document?.generator === GENERATOR ? (document.settings as SubmissionSettings) : 'foreign';
}

/**
 * The settings that were noted before; undefined if there is no note.
 *
 * @param file - the note
 * @param archive - the file that is to be written beside it
 * @throws {@link ConfigError} if one of them is there and not of an earlier submission
 */
export async function findNote(
  file: string,
  archive: string,
): Promise<SubmissionSettings | undefined> {
  const before = await noted(file);
  const other =
    before === 'foreign'
      ? file
      : before === undefined && (await exists(archive))
        ? archive
        : undefined;
  if (other !== undefined) {
    throw new ConfigError(
      `out: expected none of the files ${archive} and ${file} yet, or those of an earlier submission, got ` +
        `${other} of another program; choose another folder, or move that file`,
    );
  }
  return before === 'foreign' ? undefined : before;
}

/**
 * Notes the settings, or compares them with those that are noted.
 *
 * @param file - the note
 * @param before - what it says, see {@link findNote}
 * @param isEmpty - whether there are no label maps yet
 * @throws {@link ConfigError} naming the settings that differ, or if label maps are there without a note
 */
export async function claimSettings(
  file: string,
  settings: SubmissionSettings,
  { before, isEmpty }: { before: SubmissionSettings | undefined; isEmpty: boolean },
): Promise<void> {
  const plain = JSON.parse(JSON.stringify(settings)) as SubmissionSettings;
  if (before === undefined && !isEmpty) {
    throw new ConfigError(
      `out: expected a new or empty folder, got one with files, but not ${file}, which says what made ` +
        'them; choose another folder',
    );
  }
  const isSame = (name: string) => JSON.stringify(before?.[name]) === JSON.stringify(plain[name]);
  const names = [...new Set([...Object.keys(before ?? plain), ...Object.keys(plain)])];
  const differing = before === undefined ? [] : names.filter((name) => !isSame(name));
  if (differing.length > 0 && !isEmpty) {
    const words = differing.map(
      (name) => `${name} ${JSON.stringify(plain[name])}, not ${JSON.stringify(before?.[name])}`,
    );
    throw new ConfigError(
      `out: expected files of the same network, images and settings to resume, got others in ${file}: ` +
        `${words.join('; ')}; choose another folder`,
    );
  }
  await writeJsonFile(file, { generator: GENERATOR, settings: plain });
}
