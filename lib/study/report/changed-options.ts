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

/**
 * The options of searches and retrainings in which a study differs from the first, such as
 * `search.epochs: 128`. One that only one of the two has, since it is of a later version of this library, is
 * left out where it has its value in a preset.
 */
export function changedOptions(first: StudyRecordSettings, other: StudyRecordSettings): string[] {
  const tables = { search: SEARCH_OPTIONS, retrain: RETRAIN_OPTIONS } as const;
  return (['search', 'retrain'] as const).flatMap((kind) => {
    const [before, now] = [first[kind], other[kind]];
    const differences = configDifferences(
      comparable(tables[kind], before, now),
      comparable(tables[kind], now, before),
    );
    return differences
      .filter(({ path }) => path !== '') // one of both has nothing left
      .map((one) => `${kind}.${one.path}: ${one.now ?? '(default)'}`);
  });
}
