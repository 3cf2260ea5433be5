/** Checking options and documents against a schema, with one clear line on failure. */
import type { z } from 'zod';
import { ConfigError } from './errors.js';

/** The first thing that is wrong with a value, with the place it is at. */
export function describeIssue(error: z.ZodError): string {
  const issue = deepest(error.issues[0]);
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

/** What is wrong, in the one of several possible forms that a value comes closest to. */
function deepest(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, 'path' | 'message'> {
  if (issue.code !== 'invalid_union') {
    return issue;
  }
  const forms = issue.errors
    .filter((issues) => issues.length > 0)
    .map((issues) => ({ first: deepest(issues[0]), count: issues.length }))
    .sort((a, b) => b.first.path.length - a.first.path.length || a.count - b.count);
  const [closest] = forms;
  return closest === undefined || closest.first.path.length === 0
    ? issue
    : { path: [...issue.path, ...closest.first.path], message: closest.first.message };
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
