/** Recipes in files, and those that come with this package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../errors.js';
import { readJsonFile } from '../files/json-file.js';
import { parseRecipe, type Recipe } from './document.js';

const EXTENSION = '.json';

/** The recipes of this package. */
const OWN_FOLDER = fileURLToPath(new URL('../../data/recipes', import.meta.url));

/** A recipe, with what its paths are relative to. */
export interface RecipeSource {
  readonly recipe: Recipe;
  /** Names it in errors. */
  readonly where: string;
  /** The folder that relative paths in it start from. */
  readonly base: string;
}

/** A recipe of this package. */
export interface ListedRecipe {
  readonly name: string;
  readonly title: string;
}

/** The names of the recipes that come with this package. */
function recipeNames(): string[] {
  return readdirSync(OWN_FOLDER)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => path.basename(name, EXTENSION))
    .sort();
}

/** The recipes that come with this package. */
export function listRecipes(): ListedRecipe[] {
  return recipeNames().map((name) => {
    const text = readFileSync(path.join(OWN_FOLDER, `${name}${EXTENSION}`), 'utf8');
    return { name, title: parseRecipe(JSON.parse(text), `recipe ${name}`).title ?? '' };
  });
}

/**
 * Reads a recipe and checks its form.
 *
 * @param source - a file, the name of a recipe of this package, or the recipe itself
 * @throws {@link ConfigError} if there is none, or it is not a recipe
 * @throws {@link DataError} if the file cannot be read
 *
 * @example
 * const { recipe } = await readRecipe('voc-coco');
 */
export async function readRecipe(source: string | Recipe): Promise<RecipeSource> {
  if (typeof source !== 'string') {
    return { recipe: parseRecipe(source, 'recipe'), where: 'recipe', base: process.cwd() };
  }
  const names = recipeNames();
  const isOwn = names.includes(source) && !existsSync(source);
  if (!isOwn && !existsSync(source)) {
    throw new ConfigError(
      `recipe: expected a file or one of ${names.join(', ')}, got "${source}"; check the path`,
    );
  }
  const file = isOwn ? path.join(OWN_FOLDER, `${source}${EXTENSION}`) : source;
  const where = isOwn ? `recipe ${source}` : source;
  const recipe = parseRecipe(await readJsonFile(file), where);
  return { recipe, where, base: path.dirname(path.resolve(file)) };
}
