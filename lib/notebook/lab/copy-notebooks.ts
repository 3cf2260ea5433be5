/** The copy of the notebooks in which a reader works, so that the package's own stay as they are. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { ConfigError } from '../../errors.js';
import { fileError } from '../../files/file-error.js';
import { PACKAGE_FOLDER } from '../kernel/package-folder.js';

/** What was done for a copy. */
export interface NotebookCopy {
  /** The folder of the notebooks in the copy. */
  readonly notebooks: string;
  /** How many files were copied, with those that were missing. */
  readonly copied: number;
  /** Newer files of the package, put beside those that a reader may have changed. */
  readonly beside: readonly string[];
}

/** Digests of the package's files as they were when they were copied, by their paths. */
type Digests = Record<string, string>;

const NOTEBOOKS = 'notebooks';
const DIGESTS = '.autodeeplab.json';

/** What the notebooks read besides themselves, and what their texts link to. */
const DATA = /^(?:[\w-]+\/README\.md|camvid\/results\/.*|recipes\/.*|sample\/study\.json)$/;

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** The files of the package that belong into a copy, as paths in it. */
function filesToCopy(packageFolder: string): readonly string[] {
  const notebooks = readdirSync(join(packageFolder, NOTEBOOKS)).filter((name) =>
    ['.ipynb', '.md'].includes(extname(name)),
  );
  const data = filesBelow(join(packageFolder, 'data')).filter((file) => DATA.test(file));
  return [
    ...notebooks.map((name) => `${NOTEBOOKS}/${name}`),
    ...data.map((file) => `data/${file}`),
  ];
}

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function readDigests(folder: string): Digests {
  try {
    return { ...(JSON.parse(readFileSync(join(folder, DIGESTS), 'utf8')) as Digests) };
  } catch {
    return {}; // every file that differs counts as newer
  }
}

/** A name beside a file that is free, or has the content already. */
function besideName(file: string, content: Buffer): string {
  const extension = extname(file);
  for (let i = 1; ; i++) {
    const mark = i === 1 ? '.new' : `.new-${i}`;
    const name = join(dirname(file), basename(file, extension) + mark + extension);
    if (!existsSync(name) || readFileSync(name).equals(content)) {
      return name;
    }
  }
}

/** Copies one file, unless it is there; returns what it wrote. */
function copyFile(
  target: string,
  content: Buffer,
  known: string | undefined,
): 'copied' | 'nothing' | { readonly beside: string } {
  if (!existsSync(target)) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { flag: 'wx' });
    return 'copied';
  }
  if (known === digestOf(content) || readFileSync(target).equals(content)) {
    return 'nothing'; // a reader's own changes, or none
  }
  const beside = besideName(target, content);
  writeFileSync(beside, content);
  return { beside };
}

/**
 * Copies the notebooks and the small data that they read into a folder: `notebooks` and `data`, so that
 * their relative paths hold; what they write goes to `out` beside them. Files that are there stay as they
 * are: where the package has newer ones, these are put beside as `NAME.new.ipynb`, once.
 *
 * @throws {@link ConfigError} if the folder is that of the package
 * @throws {@link DataError} if it cannot be written
 */
export function copyNotebooks(folder: string, packageFolder = PACKAGE_FOLDER): NotebookCopy {
  const target = resolve(folder);
  if ([packageFolder, join(packageFolder, NOTEBOOKS)].includes(target)) {
    throw new ConfigError(
      `copy of the notebooks: expected a folder of its own, got ${target}, where the package has its ` +
        'notebooks; choose another folder',
    );
  }
  const digests = readDigests(target);
  const beside: string[] = [];
  let copied = 0;
  try {
    for (const file of filesToCopy(packageFolder)) {
      const content = readFileSync(join(packageFolder, file));
      const done = copyFile(join(target, file), content, digests[file]);
      copied += done === 'copied' ? 1 : 0;
      if (typeof done === 'object') {
        beside.push(done.beside);
      }
      digests[file] = digestOf(content);
    }
    writeFileSync(join(target, DIGESTS), `${JSON.stringify(digests, undefined, 2)}\n`);
  } catch (error) {
    throw fileError('copy the notebooks to', target, error);
  }
  return { notebooks: join(target, NOTEBOOKS), copied, beside };
}
