/** Checking options and documents against a schema, with one clear line on failure. */
import type { z } from 'zod';
import { ConfigError } from './errors.js';

/** The first thing that is wrong with a value, with the place it is at. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

/**
 * Checks options where they enter.
 *
 * @throws {@link ConfigError} naming the option
 */
export function checkOptions<T>(schema: z.ZodType<T>, options: unknown, where: string): T {
  const result = schema.safeParse(options);
  if (result.success) {
    return result.data;
  }
  throw new ConfigError(`${where}: expected valid options, got ${describeIssue(result.error)}`);
}
