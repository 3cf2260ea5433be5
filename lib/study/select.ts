/** Which parts of a study are meant. */
import { ConfigError } from '../errors.js';
import type { StudyPart } from './plan.js';

/** A pattern in which * stands for any text. */
function matches(pattern: string, id: string): boolean {
  const words = pattern
    .split('*')
    .map((word) => word.replaceAll(/[.\\+?^${}()|[\]]/g, String.raw`\$&`));
  return new RegExp(`^${words.join('.*')}$`).test(id);
}

/**
 * The parts that patterns name: `search`, `opinion` or `retrain` for all of a kind, or ids, in which `*` stands
 * for any text.
 *
 * @param only - undefined: all
 * @throws {@link ConfigError} if a pattern names none
 */
export function selectParts(
  parts: readonly StudyPart[],
  only: readonly string[] | undefined,
): readonly StudyPart[] {
  if (only === undefined) {
    return parts;
  }
  const isMeant = (pattern: string, { kind, id }: StudyPart): boolean =>
    kind === pattern || matches(pattern, id);
  const unknown = only.find((pattern) => !parts.some((part) => isMeant(pattern, part)));
  if (unknown !== undefined || only.length === 0) {
    throw new ConfigError(
      'study only: expected search, opinion, retrain or the ids of parts such as retrain-found-1-seed-1 or ' +
        `retrain-found-*, got ${unknown === undefined ? 'nothing' : `"${unknown}"`}; a dry run lists ` +
        'all parts',
    );
  }
  return parts.filter((part) => only.some((pattern) => isMeant(pattern, part)));
}
