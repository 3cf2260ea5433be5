/**
 * A table of options: each is declared once, and its type, its check, its presets, its flag, its row
 * in the settings table and its part in the resume check follow.
 */
import type { PresetName } from '../../dataset/kind.js';
import type { OptionKind, ValueOf } from './kinds.js';

/** The presets, the most faithful first. */
export const PRESETS: readonly PresetName[] = ['paper', 'laptop', 'tiny'];

/** The values of an option; the smaller presets list only what differs from the paper. */
export interface PresetValues<T> {
  readonly paper: T;
  /** Where the paper's value comes from: `Auto-DeepLab §5.1`, `Authors' code`, `Assumption: …`. */
  readonly source: string;
  readonly laptop?: T;
  readonly tiny?: T;
}

/**
 * Whether a run may be resumed with another value. *same* - no. *recorded* - yes: the results follow the
 * new value from there on, and the run's `config.json` keeps both. *free* - yes: it changes speed and files only.
 */
export type OnResume = 'same' | 'recorded' | 'free';

/** One option. */
export interface Option<T> extends PresetValues<T> {
  readonly kind: OptionKind<T>;
  /** What it is, in one line. */
  readonly help: string;
  readonly onResume: OnResume;
  /** What it is listed under. */
  readonly heading: string;
}

/** Options by name. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** A value for every option of a table. */
export type OptionValues<T> = {
  readonly [K in keyof T]: T[K] extends { readonly kind: OptionKind<infer V> } ? V : never;
};

/** An option for every field of an interface, whose comments explain them. */
export type OptionsFor<T> = { readonly [K in keyof T]-?: Option<T[K]> };

/** One option: its kind, its values with their source, and what it is in one line. */
export function option<K extends OptionKind<unknown>>(
  kind: K,
  values: PresetValues<ValueOf<K>> & { readonly onResume?: OnResume },
  help: string,
): Option<ValueOf<K>> {
  const own = kind as unknown as OptionKind<ValueOf<K>>;
  return { onResume: 'same', heading: '', ...values, kind: own, help };
}

/** Options with a heading. */
export function under<T extends OptionTable>(heading: string, options: T): T {
  const entries = Object.entries(options).map(([name, entry]) => [name, { ...entry, heading }]);
  return Object.fromEntries(entries) as T;
}

/** The value of an option in a preset. */
export function presetValue<T>(entry: PresetValues<T>, preset: PresetName): T {
  return Object.hasOwn(entry, preset) ? (entry[preset] as T) : entry.paper;
}

/** All options of a preset. */
export function presetOptions<T extends OptionTable>(
  table: T,
  preset: PresetName,
): OptionValues<T> {
  const values = Object.entries(table).map(([name, entry]) => [name, presetValue(entry, preset)]);
  return Object.fromEntries(values) as OptionValues<T>;
}

/** The presets of a table. */
export function presetsOf<T extends OptionTable>(
  table: T,
): Readonly<Record<PresetName, OptionValues<T>>> {
  return {
    paper: presetOptions(table, 'paper'),
    laptop: presetOptions(table, 'laptop'),
    tiny: presetOptions(table, 'tiny'),
  };
}
