/** The form of dataset.json, of class files and of the options of a folder dataset. */
import { z } from 'zod';
import { commonOptions } from '../kind.js';

const byte = z.int().min(0).max(255);

const classEntriesSchema = z
  .array(
    z.strictObject({
      name: z.string().min(1),
      id: z.union([byte, z.array(byte).min(1)]),
      color: z.union([z.array(byte).length(3), z.string().regex(/^#[0-9a-f]{6}$/i)]).optional(),
      ignore: z.boolean().optional(),
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
