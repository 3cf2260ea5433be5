/** What the processes of a ring must have in common. */
import { configDifferences } from '../../run/config-difference.js';
import { memberProblem } from '../member.js';
import type { JoinRequest } from './messages.js';

/** What a process says of itself. */
export type RingFacts = Pick<JoinRequest, 'member' | 'facts'>;

/** At most n differences are named. */
const NAMED = 5;

/**
 * Why a process cannot compute with rank 0.
 *
 * @returns what was expected and what it has; undefined if it can
 */
export function factsProblem(first: RingFacts, other: RingFacts): string | undefined {
  const problem = memberProblem(first.member, other.member, 'at rank 0');
  if (problem !== undefined) {
    return problem;
  }
  const differences = configDifferences(first.facts, other.facts);
  if (differences.length === 0) {
    return undefined;
  }
  const named = differences
    .slice(0, NAMED)
    .map(({ path, before = 'none', now = 'none' }) => `${path} ${now}, at rank 0 ${before}`);
  const more = differences.length > NAMED ? `; and ${differences.length - NAMED} more` : '';
  return (
    `expected the run of rank 0, got ${named.join('; ')}${more}; start all ranks with the same command, on ` +
    'the same data'
  );
}
