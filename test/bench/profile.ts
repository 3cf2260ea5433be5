/** `npm run bench -- --profile`: what the time of the compiled steps is spent on. */
import { describeCase, CLASSES, S_FILTER_MULTIPLIER, type Case } from './cases.js';
import { ChildWorker, type ChildCommand } from './child-worker.js';
import type { MemoryGuard } from './memory-guard.js';
import type { ProfiledMessage } from './messages.js';
import { describeProfile } from './profile-table.js';

/** The profile of a case. */
export interface CaseProfile extends Omit<ProfiledMessage, 'event'> {
  readonly name: string;
  /** What convolutions compute with. */
  readonly precision: 'float32' | 'bfloat16';
}

/** The cases that can be profiled: steps of compiled programs. */
export function profiledCases(cases: readonly Case[]): readonly Case[] {
  return cases.filter(
    ({ measures, implementations }) => measures === 'step' && implementations.includes('compiled'),
  );
}

/** Profiles a case in a process of its own, after two runs that do not count. */
export async function profileCase(
  { name, work }: Case,
  precision: CaseProfile['precision'],
  node: ChildCommand,
  guard: MemoryGuard,
): Promise<CaseProfile> {
  const sizes = { classes: CLASSES, filterMultiplier: S_FILTER_MULTIPLIER, warmUp: 2 };
  const worker = new ChildWorker(node, { work, ...sizes, precision, profile: true }, guard);
  try {
    const { profiles, ceilings } = await worker.profile();
    return { name, precision, profiles, ceilings };
  } finally {
    await worker.close();
  }
}

/** A case's profile as text. */
export function describeCaseProfile(
  entry: Case,
  { precision, profiles, ceilings }: CaseProfile,
): string {
  const parts = profiles.map((profile) => describeProfile(profile, ceilings));
  return [`${entry.name}: ${describeCase(entry)}, ${precision}`, ...parts].join('\n\n');
}
