/** The form of dataset.json, of class files and of the options of a folder dataset. */
import { z } from 'zod';
import { commonOptions } from '../kind.js';

const byte = z.int().min(0).max(255);

const entrySchema = z.strictObject({
  name: z.string().min(1),
  id: z.union([byte, z.array(byte).min(1)]),
  color: z.union([z.array(byte).length(3), z.string().regex(/^#[0-9a-f]{6}$/i)]).optional(),
  ignore: z.boolean().optional(),
});

/** What the fields of a class are, for the error. */
const FIELDS: Readonly<Record<string, string>> = {
  name: 'a text that is not empty',
  id: 'a whole number from 0 to 255 or a list of them',
  color: '[red, green, blue] with whole numbers from 0 to 255 or a text such as "#8040ff"',
  ignore: 'true or false',
};

/** A value as JSON, of a long one the beginning. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** What is wrong with an entry of a class file: the class, the field, its value and what it should be. */
function entryFault(entry: unknown, { path, ...issue }: z.core.$ZodIssue): string {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return `${shown(entry)}, not a class such as { "name": "road", "id": 0 }`;
  }
  const { name } = entry as { readonly name?: unknown };
  const owner = typeof name === 'string' ? `the class "${name}"` : 'a class';
  if (issue.code === 'unrecognized_keys') {
    return `${owner} with the field "${issue.keys[0]}", not one of ${Object.keys(FIELDS).join(', ')}`;
  }
  const field = String(path[0]);
  const value = (entry as Readonly<Record<string, unknown>>)[field];
  const got = value === undefined ? `no ${field}` : `the ${field} ${shown(value)}`;
  return `${owner} with ${got}, not ${FIELDS[field]}`;
}

const classEntriesSchema = z
  .array(
    z.unknown().transform((entry, context) => {
      const result = entrySchema.safeParse(entry);
      if (result.success) {
        return result.data;
      }
      const [issue] = result.error.issues;
      const path = issue.path.slice(0, 1);
      context.addIssue({ code: 'custom', path, message: entryFault(entry, issue), input: entry });
      return z.NEVER;
    }),
  )
  .min(1);

const splitSchema = z.union([
  z.strictObject({ images: z.string().min(1), labels: z.string().min(1).optional() }),
  z.strictObject({
    list: z.string().min(1),
    stripPrefix: z.string().optional(),
    missing: z.enum(['error', 'skip']).optional(),
  }),
]);
const fields = {
  name: z.string().min(1).optional(),
  classes: z.union([z.string().min(1), classEntriesSchema]).optional(),
  splits: z.record(z.string().min(1), splitSchema).optional(),
};
/** The options of a folder dataset. */
export const optionsSchema = commonOptions.extend(fields);
/** The file dataset.json. */
export const documentSchema = z.strictObject(fields);
/** A class file: the entries, alone or as the field `classes`. */
export const classFileSchema = z.union([
  classEntriesSchema,
  z.strictObject({ classes: classEntriesSchema }),
]);
