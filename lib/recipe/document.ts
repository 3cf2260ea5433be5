/** A recipe as a document: what a run of several stages does, in order. */
import { z } from 'zod';
import type { PresetName } from '../dataset/kind.js';
import { ConfigError } from '../errors.js';
import { PRESETS } from '../training/options/table.js';

/** What every stage has. */
export interface NamedStage {
  /** Names its folder, `2-train-aug`, and what later stages take from it. */
  readonly name: string;
  /** Where each option's value comes from, by name; for the reader. */
  readonly sources?: Readonly<Record<string, string>> | undefined;
}

/** A search or a retraining as a stage. */
export interface TrainingStage extends NamedStage {
  readonly program: 'search' | 'retrain';
  /** The name of a dataset of the recipe; by itself the name of a kind, such as `voc`. */
  readonly data: string;
  /** `paper` by default. */
  readonly preset?: PresetName | undefined;
  /** Changes to the preset; `initialWeights` may be the name of an earlier retraining. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Of a retraining: the name of an earlier stage, `published`, or a file or folder as seen from the
   * recipe. Default: that of the stage that `initialWeights` names, else of the last search before it,
   * else the recipe's option `architecture`.
   */
  readonly architecture?: string | undefined;
}

/** An evaluation as a stage; its report is written to `metrics.json` in the folder of the run. */
export interface EvaluationStage extends NamedStage {
  readonly program: 'evaluate';
  /** The retraining that is scored; the last one before by default. */
  readonly run?: string | undefined;
  /** The dataset that it is scored on; that of the run by default. */
  readonly data?: string | undefined;
  /** Options of `evaluate`. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** One stage. */
export type Stage = TrainingStage | EvaluationStage;

/** A dataset of a recipe. */
export interface RecipeDataset {
  readonly kind: string;
  /** The folder, as seen from the recipe; usually left to the user. */
  readonly root?: string | undefined;
  /** Other options of the kind. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** A run of several stages. */
export interface Recipe {
  /** What it is, in a line. */
  readonly title?: string | undefined;
  /** Where it comes from, and what is assumed, for the reader. */
  readonly about?: string | undefined;
  /** Datasets by name; one that is not listed is of the kind that its name says. */
  readonly datasets?: Readonly<Record<string, RecipeDataset>> | undefined;
  readonly stages: readonly Stage[];
}

/** An object without unknown fields. */
function object<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) {
  const fields = `expected only the fields ${Object.keys(shape).join(', ')} of ${what}`;
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${fields}, got "${String(issue.keys?.[0])}"`
        : `expected ${what}, an object`,
  });
}

const text = z.string().min(1);
const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'expected a name of letters, digits, ".", "_" and "-"');
const options = z.record(z.string(), z.unknown());
const sources = z.record(z.string(), text).optional();

const shared = {
  name,
  data: name,
  preset: z.enum(PRESETS).optional(),
  config: options.optional(),
  sources,
};

const stage = z.discriminatedUnion(
  'program',
  [
    object('a search', { program: z.literal('search'), ...shared }),
    object('a retraining', {
      program: z.literal('retrain'),
      ...shared,
      architecture: text.optional(),
    }),
    object('an evaluation', {
      program: z.literal('evaluate'),
      name,
      run: name.optional(),
      data: name.optional(),
      config: options.optional(),
      sources,
    }),
  ],
  { error: () => 'expected one of search, retrain, evaluate' },
);

const schema: z.ZodType<Recipe> = object('a recipe', {
  title: text.optional(),
  about: text.optional(),
  datasets: z
    .record(
      name,
      object('a dataset', { kind: text, root: text.optional(), options: options.optional() }),
    )
    .optional(),
  stages: z.array(stage).min(1, 'expected at least one stage'),
});

/** The place of an issue, with the name of the stage where it has one. */
function placeOf(path: readonly PropertyKey[], document: unknown): string {
  const [first, index, ...rest] = path;
  if (first !== 'stages' || typeof index !== 'number') {
    return path.map(String).join('.');
  }
  const given = (document as { stages: unknown[] }).stages[index] as { name?: unknown } | null;
  const called = typeof given?.name === 'string' ? ` (${given.name})` : '';
  return [`stage ${index + 1}${called}`, ...(rest.length > 0 ? [rest.join('.')] : [])].join(' ');
}

function shown(path: readonly PropertyKey[], document: unknown): string {
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
    document,
  );
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}

/**
 * Checks the form of a recipe: its fields and their types, and that stages have names of their own.
 *
 * @param where - names the recipe in errors
 * @throws {@link ConfigError} naming the stage and the field
 */
export function parseRecipe(document: unknown, where: string): Recipe {
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const place = placeOf(path, document);
    const got = message.includes(', got ') ? '' : `, got ${shown(path, document)}`;
    const expected = message.startsWith('expected')
      ? message
      : `expected a valid value (${message})`;
    throw new ConfigError(`${where}: ${place === '' ? '' : `${place}: `}${expected}${got}`);
  }
  const recipe = parsed.data;
  const names = recipe.stages.map((one) => one.name.toLowerCase());
  const again = names.findIndex((one, i) => names.indexOf(one) < i);
  if (again >= 0) {
    throw new ConfigError(
      `${where}: stage ${again + 1}: expected a name of its own, got "${recipe.stages[again].name}", ` +
        `as stage ${names.indexOf(names[again]) + 1}; rename one`,
    );
  }
  for (const [
    i,
    { name: stageName, config = {}, sources: given = {} },
  ] of recipe.stages.entries()) {
    const unknown = Object.keys(given).find((key) => !Object.hasOwn(config, key));
    if (unknown !== undefined) {
      throw new ConfigError(
        `${where}: stage ${i + 1} (${stageName}) sources: expected names of options in config, got ` +
          `"${unknown}"`,
      );
    }
  }
  return recipe;
}
