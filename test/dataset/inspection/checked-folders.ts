/** Small folder datasets, and what a check says of them. */
import path from 'node:path';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { openFolder, type FolderOptions } from '../../../lib/dataset/folder/folder.js';
import {
  checkDataset,
  type CheckOptions,
  type DatasetCheck,
} from '../../../lib/dataset/inspection/check-dataset.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { BOTH, CLASSES, split, SPLITS, type Files } from './small-folders.js';

/** The folder that all of them lie in. */
export const root = temporaryFolder();
let made = 0;

/** A folder dataset of these files. */
export async function open(files: Files, options: Partial<FolderOptions> = {}): Promise<Dataset> {
  return openFolder({
    root: await writeTree(path.join(root, `folder${made++}`), files),
    name: 'fields',
    classes: CLASSES,
    splits: SPLITS,
    ...options,
  });
}

/** The findings in short. */
export const said = ({ findings }: DatasetCheck): string[] =>
  findings.map(({ severity, topic, text }) => `${severity}, ${topic}: ${text}`);

/** What a check of these files says. */
export const checkOf = async (
  files: Files,
  options?: Partial<FolderOptions>,
  check?: CheckOptions,
) => checkDataset(await open(files, options), check);

/** Two training images and one to validate, with nothing wrong. */
export const two = (): Files => ({ ...split('train', [BOTH, BOTH]), ...split('val', [BOTH]) });

/** The files without some of them. */
export const without = (files: Files, ...names: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
