/** In which options of their runs two studies differ. */
import { configDifferences } from '../../run/config-difference.js';
import { RETRAIN_OPTIONS } from '../../retrain/options.js';
import { SEARCH_OPTIONS } from '../../search/options.js';
import { PRESETS, presetValue, type OptionTable } from '../../training/options/table.js';
import type { StudyRecordSettings } from '../record.js';

type Options = Readonly<Record<string, unknown>>;

/** Whether an option has its value in a preset. */
function isPreset(table: OptionTable, name: string, value: unknown): boolean {
  return (
    Object.hasOwn(table, name) &&
    PRESETS.some(
      (preset) => JSON.stringify(presetValue(table[name], preset)) === JSON.stringify(value),
    )
  );
}

/** The options that two studies can be compared by: one that came after the other study counts where it was set. */
function comparable(table: OptionTable, own: Options, other: Options): Options {
  return Object.fromEntries(
    Object.entries(own).filter(
      ([name, value]) => Object.hasOwn(other, name) || !isPreset(table, name, value),
    ),
  );
}

/** What a study compares, and how well. */
function extent(settings: StudyRecordSettings): Options {
  const { retrainSeeds, randomPerFound, parameterTolerance } = settings;
  return { retrainSeeds, randomPerFound, parameterTolerance };
}

/**
 * In what a study differs from the first: the options of searches and retrainings, such as
 * `search.epochs: 128`, the seeds of its retrainings, and its random networks. One that only one of the two has, since it is of a later version of this library, is
 * left out where it has its value in a preset.
 */
export function changedOptions(first: StudyRecordSettings, other: StudyRecordSettings): string[] {
  const changes = (differences: ReturnType<typeof configDifferences>, prefix: string) =>
    differences
      .filter(({ path }) => path !== '') // one of both has nothing left
      .map((one) => `${prefix}${one.path}: ${one.now ?? '(default)'}`);
  const tables = { search: SEARCH_OPTIONS, retrain: RETRAIN_OPTIONS } as const;
  const ofRuns = (['search', 'retrain'] as const).flatMap((kind) => {
    const [before, now] = [first[kind], other[kind]];
    const differences = configDifferences(
      comparable(tables[kind], before, now),
      comparable(tables[kind], now, before),
    );
    return changes(differences, `${kind}.`);
  });
  return [...ofRuns, ...changes(configDifferences(extent(first), extent(other)), '')];
}
