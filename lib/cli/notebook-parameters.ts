/** `--set name=value` for notebooks. */
import { InvalidArgumentError } from 'commander';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../errors.js';
import { nearestName } from '../notebook/run/edit-distance.js';
import type { Json, Notebook } from '../notebook/run/notebook.js';
import {
  declaredParameters,
  parseValue,
  type Parameter,
  type ParameterValues,
} from '../notebook/run/parameters.js';

/** One `--set name=value` as given. */
export type Assignment = readonly [name: string, value: string];

/** Collects `--set name=value`. */
export function assignment(text: string, before: readonly Assignment[] = []): Assignment[] {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new InvalidArgumentError(`expected name=value, got "${text}".`);
  }
  return [...before, [text.slice(0, equals).trim(), text.slice(equals + 1)]];
}

const NAMES_A_PATH = /(?:root|folder|directory|file|path)$/i;

/** Cells run in the notebook's folder: a path as seen from here is made absolute. */
function located({ name }: Parameter, value: Json): Json {
  const isPath = typeof value === 'string' && value !== '' && NAMES_A_PATH.test(name);
  return isPath && existsSync(value) ? path.resolve(value) : value;
}

/**
 * The values for each notebook: an assignment counts for the notebooks that declare its name.
 *
 * @throws {@link ConfigError} if none declares it
 */
export function valuesFor(
  notebooks: readonly Notebook[],
  assignments: readonly Assignment[],
): ParameterValues[] {
  const declared = notebooks.map(declaredParameters);
  const names = [...new Set(declared.flat().map(({ name }) => name))];
  for (const [name] of assignments) {
    if (!names.includes(name)) {
      const nearest = nearestName(name, names);
      throw new ConfigError(
        `--set ${name}: expected a parameter of the notebook (${names.join(', ') || 'it has none'})` +
          (nearest === undefined ? '' : `; did you mean ${nearest}?`),
      );
    }
  }
  return declared.map((parameters) =>
    Object.fromEntries(
      assignments.flatMap(([name, raw]) => {
        const parameter = parameters.find((candidate) => candidate.name === name);
        return parameter ? [[name, located(parameter, parseValue(raw, parameter.kind))]] : [];
      }),
    ),
  );
}
