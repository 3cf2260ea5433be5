/** The datasets of a recipe. */
import path from 'node:path';
import type { Dataset } from '../dataset/dataset.js';
import { datasetNames, openDataset } from '../dataset/open-dataset.js';
import { ConfigError } from '../errors.js';
import type { RecipeDataset } from './document.js';
import type { RecipeSource } from './read-recipe.js';
import { evaluatedStage, stageName } from './references.js';

/** Folders by the name of the dataset, or the folder of the only one. */
export type Roots = string | Readonly<Record<string, string>>;

/** The name of the dataset that a stage uses. */
export function dataOf({ recipe, where }: RecipeSource, i: number): string {
  const stage = recipe.stages[i];
  return stage.data ?? dataOf({ recipe, where, base: '' }, evaluatedStage(where, recipe, i));
}

/** A dataset by its name: as the recipe lists it, or of the kind that the name says. */
export function declaredDataset({ recipe }: RecipeSource, name: string): RecipeDataset {
  const { datasets = {} } = recipe;
  return Object.hasOwn(datasets, name) ? datasets[name] : { kind: name };
}

/**
 * Checks that every stage has a dataset of a kind that there is, and every listed one a stage.
 *
 * @returns the names of the datasets, in the order of their first stages
 * @throws {@link ConfigError} naming the stage
 */
export function checkDatasets(source: RecipeSource): string[] {
  const { recipe, where } = source;
  const listed = Object.keys(recipe.datasets ?? {});
  const used = recipe.stages.map((_, i) => dataOf(source, i));
  for (const [i, name] of used.entries()) {
    const { kind } = declaredDataset(source, name);
    if (!datasetNames().includes(kind)) {
      const known = [...listed.filter((other) => other !== name), ...datasetNames()].join(', ');
      throw new ConfigError(
        `${where}: ${stageName(i, recipe.stages[i])} data: expected a dataset that the recipe lists, or ` +
          `a kind of dataset (${known}), got "${kind}"`,
      );
    }
  }
  const unused = listed.find((name) => !used.includes(name));
  if (unused !== undefined) {
    throw new ConfigError(
      `${where}: datasets: expected names that a stage has as its data, got "${unused}", which none ` +
        'has; remove it, or correct the name',
    );
  }
  return [...new Set(used)];
}

/**
 * The folders that were given, by dataset.
 *
 * @param names - of all datasets of the recipe
 * @throws {@link ConfigError} if a name is not one of them, or a folder alone could mean several
 */
export function rootsByName(
  { where }: RecipeSource,
  names: readonly string[],
  given: Roots = {},
): Readonly<Record<string, string>> {
  if (typeof given === 'string') {
    if (names.length > 1) {
      throw new ConfigError(
        `${where}: root: expected a folder for each of ${names.join(', ')} by its name, got ` +
          `"${given}" alone; name them, such as ${names[0]}=/data/${names[0]}`,
      );
    }
    return { [names[0]]: given };
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `${where}: root: expected folders for ${names.join(', ')}, got one for "${unknown}"`,
    );
  }
  return given;
}

/**
 * Opens a dataset of a recipe.
 *
 * @param roots - as given now
 * @param stored - as given when the recipe was started
 * @throws {@link ConfigError} if its folder is not known
 * @throws {@link DataError} if that does not hold such a dataset
 */
export async function openRecipeDataset(
  source: RecipeSource,
  name: string,
  roots: Readonly<Record<string, string>>,
  stored: Readonly<Record<string, string>>,
): Promise<Dataset> {
  const { kind, root: own, options = {} } = declaredDataset(source, name);
  const ofRecipe = own === undefined ? undefined : path.resolve(source.base, own);
  const root =
    (Object.hasOwn(roots, name) ? roots[name] : undefined) ??
    ofRecipe ??
    (Object.hasOwn(stored, name) ? stored[name] : undefined);
  if (root === undefined) {
    const stages = source.recipe.stages
      .map((stage, i) => ({ stage, i }))
      .filter(({ i }) => dataOf(source, i) === name)
      .map(({ stage, i }) => stageName(i, stage));
    throw new ConfigError(
      `${source.where}: expected the folder of the dataset ${name} (${stages.join(', ')}), got none; ` +
        `pass it as the option root, such as ${name}=/data/${name}`,
    );
  }
  return openDataset(kind, { ...options, root });
}
