/** `npm run bench -- --profile`: profiles of cases, one after another. */
import { precisionOf, type Implementation } from './cases.js';
import { describeMachine } from './machine.js';
import { MemoryGuard } from './memory-guard.js';
import type { BenchOptions } from './options.js';
import { describeCaseProfile, profileCase, profiledCases, type CaseProfile } from './profile.js';
import { describeMachineLine } from './report.js';
import { selectCases, selectModes } from './select.js';
import { listCases, memoryLimit, node, root, writeResults } from './setting.js';

/** Profiles the compiled steps of cases. */
export async function runProfiles({
  only,
  modes,
  quick,
  list,
  json,
  memory,
}: BenchOptions): Promise<void> {
  const cases = profiledCases(selectCases(only, quick));
  if (list) {
    console.log(listCases(cases));
    return;
  }
  const machine = describeMachine(root);
  console.log(describeMachineLine(machine));
  const compiled = ['compiled', 'compiled-bfloat16'] as const;
  const wanted: readonly Implementation[] = modes === undefined ? ['compiled'] : selectModes(modes);
  const profiled = compiled.filter((one) => wanted.includes(one));
  const profiles: CaseProfile[] = [];
  for (const entry of cases) {
    for (const implementation of profiled) {
      const guard = new MemoryGuard(memoryLimit(memory));
      const profile = await profileCase(entry, precisionOf(implementation), node, guard);
      profiles.push(profile);
      console.log(`\n${describeCaseProfile(entry, profile)}`);
      if (json !== undefined) {
        writeResults(json, { machine, profiles });
      }
    }
  }
}
