/** What a run was started with: its `config.json`. */
import { join } from 'node:path';
import { ConfigError, DataError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { findJsonFile, writeJsonFile } from '../files/json-file.js';
import { configDifferences, type ConfigDifference } from './config-difference.js';
import { Manifest } from './manifest.js';

const FILE = 'config.json';

/** The version of the layout of a run's folder. */
const VERSION = 1;

/** At most n differing settings are listed in an error. */
const LISTED_DIFFERENCES = 20;

/** Differences in words: each place with its value before and now. */
function describeDifferences(differences: readonly ConfigDifference[]): string {
  const unset = '(not set)';
  const listed = differences
    .slice(0, LISTED_DIFFERENCES)
    .map(({ path, before = unset, now = unset }) => `${path}: ${before}, now ${now}`);
  const more = differences.length - listed.length;
  return `${listed.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** What a run is started with. */
export interface RunSettings {
  /** What is run: `search`, `retrain`, … */
  readonly kind: string;
  /** The resolved configuration, with every default filled in; plain JSON. */
  readonly config: object;
  /** The seed that all randomness of the run follows from. */
  readonly seed: number;
  /** Further facts about this process for `environment.json`, such as thread counts. */
  readonly environment?: object;
  /**
   * The texts of documents that the run cannot be resumed without, by their names, such as
   * `architecture`: they are there before `config.json` makes the folder that of a run.
   */
  readonly documents?: Readonly<Record<string, string>> | undefined;
}

/** What a run is resumed with. */
export interface ResumeSettings extends RunSettings {
  /** Places of the configuration that may differ with all that is in them, such as `augment`. */
  readonly mayDiffer?: readonly string[];
  /** Places that may differ, too; the run keeps the new values and what they were before. */
  readonly recorded?: readonly string[];
}

/** What a resume changed in the configuration. */
export interface ConfigChange {
  /** Steps done when it was changed. */
  readonly afterStep: number;
  /** Old and new values by place, such as `options.steps`. */
  readonly values: Readonly<Record<string, { readonly before: unknown; readonly now: unknown }>>;
}

/** The content of `config.json`. */
export interface StoredSettings extends Omit<RunSettings, 'environment' | 'documents'> {
  /** What resumes changed, the first one first; absent if none did. */
  readonly changes?: readonly ConfigChange[] | undefined;
}

/** The content of `config.json`. */
const documentOf = ({ kind, seed, config, changes }: StoredSettings): object => ({
  version: VERSION,
  kind,
  seed,
  config,
  ...(changes && { changes }),
});

/** Writes the settings of a new run after its first documents, and begins its manifest. */
export async function writeSettings(folder: string, settings: RunSettings): Promise<Manifest> {
  const document = documentOf(settings);
  const manifest = await Manifest.create(folder, document);
  for (const [name, text] of Object.entries(settings.documents ?? {})) {
    await manifest.announce(`${name}.json`, text);
    await writeFileAtomic(join(folder, `${name}.json`), text);
  }
  await writeJsonFile(join(folder, FILE), document);
  return manifest;
}

/** Writes the settings of a run again, with what a resume has changed. */
export async function rewriteSettings(
  folder: string,
  manifest: Manifest,
  { before, now }: { readonly before: StoredSettings; readonly now: StoredSettings },
): Promise<void> {
  const document = documentOf(now);
  await manifest.announceConfig(document, documentOf(before));
  await writeJsonFile(join(folder, FILE), document);
}

/** Throws unless the settings are those that the run wrote; says what differs. */
async function checkUnchanged(folder: string, document: unknown): Promise<void> {
  const manifest = await Manifest.open(folder);
  const differences = configDifferences(manifest.config, document);
  const isBefore = configDifferences(manifest.configBefore, document).length === 0;
  if (differences.length > 0 && !isBefore) {
    const file = join(folder, FILE);
    throw new DataError(
      `${file}: expected the configuration that the run was started with, got ` +
        `${describeDifferences(differences)}; put the values back, or start a new run in ` +
        `another folder with other options`,
      file,
    );
  }
}

/**
 * Reads the settings of the run in a folder.
 *
 * @returns undefined if there is no run
 * @throws {@link DataError} if `config.json` is not that of a run
 */
export async function findSettings(folder: string): Promise<StoredSettings | undefined> {
  const file = join(folder, FILE);
  const value = await findJsonFile(file);
  if (value === undefined) {
    return undefined;
  }
  const stored = (value ?? {}) as Partial<StoredSettings & { readonly version: number }>;
  const { version, kind, seed, config, changes } = stored;
  if (
    version !== VERSION ||
    typeof kind !== 'string' ||
    typeof seed !== 'number' ||
    typeof config !== 'object' ||
    (config as unknown) === null ||
    !(changes === undefined || Array.isArray(changes))
  ) {
    throw new DataError(
      `${file}: expected the configuration of a run, version ${VERSION}, got another document; ` +
        'restore the file, or start a new run in another folder',
      file,
    );
  }
  await checkUnchanged(folder, value);
  return { kind, seed, config, ...(changes && { changes }) };
}

/**
 * Reads the settings of a run that must be there.
 *
 * @throws {@link DataError} if there is none
 */
export async function readSettings(folder: string): Promise<StoredSettings> {
  const settings = await findSettings(folder);
  if (settings === undefined) {
    throw new DataError(
      `${folder}: expected the folder of a run, got none with a ${FILE}; check the path`,
      folder,
    );
  }
  return settings;
}

/** Whether a path such as `augment.minScale` is a place or lies in it. */
function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
}

const isWithinAny = ({ path }: ConfigDifference, places: readonly string[]): boolean =>
  places.some((place) => isWithin(path, place));

/**
 * Checks that a run may be resumed with these settings.
 *
 * @returns the differences that the run has to record
 * @throws {@link ConfigError} if the kind, the seed or the configuration differ; lists where
 */
export function checkResume(
  folder: string,
  stored: StoredSettings,
  { kind, seed, config, mayDiffer = [], recorded = [] }: ResumeSettings,
): readonly ConfigDifference[] {
  if (stored.kind !== kind) {
    throw new ConfigError(
      `${folder}: expected a ${kind} run, got a ${stored.kind} run; choose another folder`,
    );
  }
  const all = [
    ...configDifferences({ seed: stored.seed }, { seed }),
    ...configDifferences(stored.config, config),
  ];
  const differences = all.filter((one) => !isWithinAny(one, [...mayDiffer, ...recorded]));
  if (differences.length > 0) {
    throw new ConfigError(
      `${folder}: expected the configuration that the run was started with, got differences in ` +
        `${describeDifferences(differences)}. ` +
        `Resume with the same settings${mayChange(recorded)}, or start a new run in another folder`,
    );
  }
  return all.filter((one) => isWithinAny(one, recorded));
}

/** What may be changed in a resume, as a part of an advice. */
function mayChange(recorded: readonly string[]): string {
  const names = recorded
    .filter((place) => place.startsWith('options.'))
    .map((place) => place.replace(/^options\./, ''));
  return names.length === 0 ? '' : ` (${names.join(', ')} may be changed)`;
}

const parsed = (json: string | undefined): unknown =>
  json === undefined ? undefined : (JSON.parse(json) as unknown);

/** A configuration with other values at places such as `options.steps`. */
function withValues(config: object, values: ConfigChange['values']): object {
  const copy = structuredClone(config) as Record<string, unknown>;
  for (const [place, { now }] of Object.entries(values)) {
    const keys = place.split('.');
    const last = keys.pop() ?? place;
    const parent = keys.reduce((node, key) => node[key] as Record<string, unknown>, copy);
    parent[last] = now;
  }
  return copy;
}

/** Settings with differences that a resume records. */
export function changedSettings(
  stored: StoredSettings,
  differences: readonly ConfigDifference[],
  afterStep: number,
): StoredSettings {
  const values = Object.fromEntries(
    differences.map(({ path, before, now }) => [
      path,
      { before: parsed(before), now: parsed(now) },
    ]),
  );
  const change: ConfigChange = { afterStep, values };
  return {
    ...stored,
    config: withValues(stored.config, values),
    changes: [...(stored.changes ?? []), change],
  };
}
