/** The commands that are drilled. To drill another one, add it to {@link COMMANDS}. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { FLAGS, type Ground } from './ground.js';

/** A command that writes a folder and can be resumed. */
export interface DrilledCommand {
  readonly name: string;
  /** The folders of its runs, relative to its own. */
  readonly runs: readonly string[];
  /** The parameters of the command line that begin it. */
  readonly begin: (ground: Ground, folder: string) => readonly string[];
  /** The parameters that resume it. */
  readonly resume: (ground: Ground, folder: string) => readonly string[];
  /** Whether it takes `--workers`. */
  readonly hasWorkers: boolean;
}

const data = ({ data: root }: Ground) => ['--data', 'folder', '--root', root];

const SEARCH: DrilledCommand = {
  name: 'search',
  runs: ['.'],
  begin: (ground, folder) => [
    ...['search', ...data(ground), ...FLAGS, '--layers', '2', '--blocks', '1'],
    ...['--workers', '0', '--out', folder],
  ],
  resume: (_, folder) => ['search', '--resume', '--out', folder],
  hasWorkers: true,
};

const RETRAIN: DrilledCommand = {
  name: 'retrain',
  runs: ['.'],
  begin: (ground, folder) => [
    ...['retrain', ground.architecture, ...data(ground), ...FLAGS, '--ema-decay', '0.9'],
    ...['--validate-every', '1', '--workers', '0', '--out', folder],
  ],
  resume: (_, folder) => ['retrain', '--resume', '--out', folder],
  hasWorkers: true,
};

const recipe = (ground: Ground, folder: string) => [
  ...['recipe', ground.recipe, '--root', ground.data, '--out', folder],
];

const RECIPE: DrilledCommand = {
  name: 'recipe',
  runs: ['1-search', '2-retrain'],
  begin: recipe,
  resume: recipe,
  hasWorkers: false,
};

/** All of them, the quickest first. */
export const COMMANDS: readonly DrilledCommand[] = [SEARCH, RETRAIN, RECIPE];

/** What a user types next: the command that resumes if there is a run, else the one that begins. */
export function nextParameters(
  command: DrilledCommand,
  ground: Ground,
  folder: string,
): readonly string[] {
  const isBegun = existsSync(path.join(folder, 'config.json'));
  return isBegun ? command.resume(ground, folder) : command.begin(ground, folder);
}
