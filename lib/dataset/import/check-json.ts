/** Checking annotations where they enter. */
import type { z } from 'zod';
import { describeIssue } from '../../check-options.js';
import { DataError } from '../../errors.js';

/**
 * A part of an annotation file in the form that a format has.
 *
 * @param where - the file, and the place in it
 * @throws {@link DataError} naming the place
 */
export function checkJson<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  throw new DataError(
    `${where}: expected another form, got ${describeIssue(result.error)}; export it again, or ` +
      'correct the file',
    where,
  );
}
