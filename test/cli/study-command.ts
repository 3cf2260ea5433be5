/** A tiny study by the command line. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_RETRAIN, TINY_SEARCH, writeStudyDataset } from '../study/tiny-study.js';

/** What is written goes here. */
export const folder = temporaryFolder();

/** A path in the folder. */
export const at = (...names: string[]) => path.join(folder, ...names);

/** Names the dataset. */
export const data = ['--data', 'folder', '--root', at('data')];

/** The command for a study of four parts in a folder. */
export const command = (out: string, ...more: string[]): string[] => [
  ...['study', ...data, '--preset', 'tiny', '--out', at(out), '--groups', 'found,random'],
  ...['--search-config', at('search.json'), '--retrain-config', at('retrain.json')],
  ...['--search-seeds', '1', '--retrain-seeds', '1', '--random-per-found', '1', ...more],
];

/** Writes the dataset and the configurations. */
export async function prepareStudy(): Promise<void> {
  await writeStudyDataset(at('data'));
  await writeFile(at('search.json'), JSON.stringify(TINY_SEARCH));
  await writeFile(at('retrain.json'), JSON.stringify(TINY_RETRAIN));
}
