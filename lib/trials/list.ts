/** Lists of trials: one command under several seeds and architectures. */
import { basename, dirname, extname, join } from 'node:path';
import { ConfigError } from '../errors.js';
import { checkTrials, type Trial } from './trial.js';

/** What {@link listTrials} makes a list of. */
export interface TrialListOptions {
  /** The command and its arguments, without `--seed`, `--out` and `--resume`. */
  readonly args: readonly string[];
  /** The folder in which each trial gets one. */
  readonly folder: string;
  /** One trial for each. */
  readonly seeds: readonly number[];
  /**
   * Architectures to retrain, as the command takes them: `published`, `architecture.json`, the folder of
   * a run; by name, or named after themselves. One trial for each and each seed.
   */
  readonly architectures?: readonly string[] | Readonly<Record<string, string>> | undefined;
}

/** The name of an architecture: that of its file, or of the folder that a run wrote it into. */
function nameOf(source: string): string {
  const name = basename(source);
  const isOfRun = name === 'architecture.json' && dirname(source) !== '.';
  return isOfRun ? basename(dirname(source)) : basename(source, extname(source));
}

function namedSources(
  architectures: NonNullable<TrialListOptions['architectures']>,
): (readonly [name: string, source: string])[] {
  return Array.isArray(architectures)
    ? (architectures as readonly string[]).map((source) => [nameOf(source), source] as const)
    : Object.entries(architectures as Readonly<Record<string, string>>);
}

/**
 * The trials of a command: one for each seed, or for each architecture and seed.
 *
 * Their folders are `seed-3`, or `NAME-seed-3` with architectures, in the folder of the list.
 *
 * @throws {@link ConfigError} if there is none, two have the same name, or the command is not `retrain`
 *   and has architectures
 *
 * @example
 * const args = ['search', '--data', 'camvid', '--root', '/data/CamVid'];
 * listTrials({ args, folder: 'runs', seeds: [1, 2] }).map(({ folder }) => folder); // runs/seed-1, …
 */
export function listTrials(options: TrialListOptions): readonly Trial[] {
  const { args, folder, seeds, architectures } = options;
  const [command = '', ...rest] = args;
  if (architectures !== undefined && command !== 'retrain') {
    throw new ConfigError(
      `trials: expected the command retrain with option architectures, got "${command}"`,
    );
  }
  const bases =
    architectures === undefined
      ? [{ prefix: '', start: args }]
      : namedSources(architectures).map(([name, source]) => {
          return { prefix: `${name}-`, start: [command, source, ...rest] };
        });
  const trials = bases.flatMap(({ prefix, start }) =>
    seeds.map((seed): Trial => {
      const id = `${prefix}seed-${seed}`;
      return { id, folder: join(folder, id), args: [...start, '--seed', String(seed)] };
    }),
  );
  checkTrials(trials);
  return trials;
}
