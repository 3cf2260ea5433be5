/** Strict reading of architecture documents. */
import { z } from 'zod';
import { DataError } from '../errors.js';
import { MAX_LAYERS, pathProblem } from '../search-space/path.js';
import { PRIMITIVES } from '../search-space/operations/paper.js';
import { knownOperations } from '../search-space/operations/registry.js';
import { levelStride } from '../search-space/trellis.js';
import type { Architecture, Provenance } from './architecture.js';
import {
  ARCHITECTURE_LEVELS,
  ARCHITECTURE_MAX_BLOCKS,
  ARCHITECTURE_MAX_LENGTH,
  ARCHITECTURE_MAX_OPERATIONS,
} from './architecture.js';
import { jsonExcess } from '../files/json-excess.js';
import { DEFINE_IT, genotypeProblem } from './genotype.js';

// The message of each schema is what it expects; `describeIssue` adds the field and the value.
const text = z.string({ error: 'a text' });
const digest = z
  .string({ error: 'a text' })
  .regex(/^[0-9a-f]{64}$/, { error: '64 hexadecimal digits' });
const integer = z.int({ error: 'an integer' }).transform(plainZero);
const scalar = z.union([z.string(), z.number().transform(plainZero), z.boolean()], {
  error: 'a text, a number, true or false',
});

const branchSchema = object({
  input: integer,
  operation: text,
});

const documentSchema = object({
  version: z.literal(1, { error: '1, the only version this library reads' }),
  path: z.array(integer, { error: 'an array of levels, one per layer' }),
  levels: z.array(integer, { error: 'an array of strides, one per layer' }).optional(),
  genotype: object({
    blocks: z.array(object({ left: branchSchema, right: branchSchema }), {
      error: 'an array of blocks',
    }),
  }),
  operations: z.array(text, { error: 'an array of operation names' }).optional(),
  provenance: object({
    source: text,
    alphaDigest: digest.optional(),
    betaDigest: digest.optional(),
    seed: z
      .int({ error: 'an integer from 0 to 4294967295' })
      .min(0, { error: 'an integer from 0 to 4294967295' })
      .max(0xffffffff, { error: 'an integer from 0 to 4294967295' })
      .transform(plainZero)
      .optional(),
    date: z.iso.datetime({ error: 'a date and time such as 2026-01-31T12:00:00.000Z' }).optional(),
    dataset: text.optional(),
    libraryVersion: text.optional(),
    options: z.record(z.string(), scalar, { error: 'an object of options' }).optional(),
  }),
});

/**
 * Reads an architecture document.
 *
 * The schema is strict: an unknown field is an error. `levels`, the strides of `path`, may be left
 * out and must agree with `path` if it is there. `operations` may be left out for the paper's eight;
 * others must have been made known by `defineOperation`. A path has at most 1000 levels, a cell at most 100
 * blocks, and there are at most 256 operations.
 *
 * @param json - the document as text, or as the value that `JSON.parse` made of it
 * @param where - what to call the document in errors, such as its file name
 * @throws {@link DataError} naming the first field at fault, what it may hold and what it holds
 *
 * @example
 * parseArchitecture(formatArchitecture(publishedArchitecture)); // equals publishedArchitecture
 */
export function parseArchitecture(json: unknown, where = 'architecture'): Architecture {
  const value = typeof json === 'string' ? parseJson(json, where) : json;
  const result = documentSchema.safeParse(value);
  if (!result.success) {
    throw new DataError(`${where}: ${describeIssue(result.error.issues[0], value)}`);
  }
  const { path, levels, genotype, operations = PRIMITIVES, provenance } = result.data;
  checkCount(where, 'path', path, MAX_LAYERS, 'levels, one per layer');
  checkCount(where, 'genotype.blocks', genotype.blocks, ARCHITECTURE_MAX_BLOCKS, 'blocks');
  checkCount(where, 'operations', operations, ARCHITECTURE_MAX_OPERATIONS, 'names');
  const broken = pathProblem(path, ARCHITECTURE_LEVELS);
  if (broken !== undefined) {
    const field = path.length === 0 ? 'path' : `path[${broken.index}]`;
    throw fieldError(where, field, broken.expected, path[broken.index]);
  }
  checkStrides(where, path, levels);
  checkOperations(where, operations);
  const problem = genotypeProblem(genotype, operations);
  if (problem !== undefined) {
    const { field, expected, got, advice } = problem;
    throw fieldError(where, `genotype.${field}`, expected, got, advice);
  }
  return { version: 1, path, genotype, operations, provenance: withoutUndefined(provenance) };
}

function parseJson(json: string, where: string): unknown {
  if (json.length > ARCHITECTURE_MAX_LENGTH) {
    throw new DataError(
      `${where}: expected an architecture of at most ${ARCHITECTURE_MAX_LENGTH} characters, ` +
        `got ${json.length}`,
    );
  }
  const excess = jsonExcess(json);
  if (excess !== undefined) {
    throw new DataError(`${where}: expected ${excess}, got more`);
  }
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `${where}: expected a JSON document, got text that is not: ${reason}`,
      undefined,
      { cause: error },
    );
  }
}

/** Refuses what could not be built: a network takes far more memory than its document. */
function checkCount(
  where: string,
  field: string,
  list: readonly unknown[],
  most: number,
  what: string,
): void {
  if (list.length > most) {
    throw fieldError(where, field, `at most ${most} ${what}`, list);
  }
}

function checkOperations(where: string, operations: readonly string[]): void {
  if (operations.length === 0) {
    throw fieldError(where, 'operations', 'at least one name', operations);
  }
  const known = knownOperations();
  for (const [i, name] of operations.entries()) {
    if (!known.includes(name)) {
      const expected = `one of ${known.join(', ')}`;
      throw fieldError(where, `operations[${i}]`, expected, name, DEFINE_IT);
    }
    if (operations.indexOf(name) !== i) {
      throw fieldError(where, `operations[${i}]`, 'a name that is not in the list yet', name);
    }
  }
}

function checkStrides(where: string, path: readonly number[], levels?: readonly number[]): void {
  if (levels === undefined) {
    return;
  }
  if (levels.length !== path.length) {
    const expected = `${path.length} strides, one for each level of path`;
    throw fieldError(where, 'levels', expected, levels);
  }
  const wrong = path.findIndex((level, i) => levelStride(level) !== levels[i]);
  if (wrong >= 0) {
    const expected = `${levelStride(path[wrong])}, the stride of path[${wrong}] = ${path[wrong]}`;
    throw fieldError(where, `levels[${wrong}]`, expected, levels[wrong]);
  }
}

/** An object without unknown fields. */
function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const fields = `only the fields ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? fields : 'an object'),
  });
}

function describeIssue(issue: z.core.$ZodIssue, document: unknown): string {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  let got = document;
  for (const key of path) {
    got = (got as Record<string | number, unknown> | undefined)?.[key];
  }
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i > 0 ? `.${key}` : key)); // oxfmt-ignore
  const name = field.length === 0 ? 'the document' : field.join('');
  return `${name}: expected ${issue.message}, got ${unknown === undefined ? show(got) : show(unknown)}`;
}

function fieldError(
  where: string,
  field: string,
  expected: string,
  got: unknown,
  advice?: string,
): DataError {
  const remedy = advice === undefined ? '' : `; ${advice}`;
  return new DataError(`${where}: ${field}: expected ${expected}, got ${show(got)}${remedy}`);
}

/** A value in one short line, without looking deep into it. */
function show(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  if (Array.isArray(value)) {
    return `an array of ${value.length}`;
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Zero for −0, which JSON can hold and loses when it is written again. */
function plainZero(value: number): number {
  return value + 0;
}

function withoutUndefined(provenance: { [Key in keyof Provenance]: Provenance[Key] | undefined }) {
  const known = Object.entries(provenance).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as unknown as Provenance;
}
