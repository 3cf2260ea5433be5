/** Nobody reads the output any more: the run goes on to its end. */
import { once } from 'node:events';
import type { Drill, Trial } from './drill.js';
import type { Field } from './field.js';

type Output = 'stdout' | 'stderr';

async function run(field: Field, closed: readonly Output[], isAtOnce: boolean) {
  const place = field.place();
  const { child, ended } = field.start(place);
  if (!isAtOnce && child.stderr) {
    await once(child.stderr, 'data');
  }
  closed.forEach((name) => child[name]?.destroy());
  return field.judge(place, await ended, { runs: 1 });
}

const CASES: readonly { readonly closed: readonly Output[]; readonly isAtOnce: boolean }[] = [
  { closed: ['stdout', 'stderr'], isAtOnce: true },
  { closed: ['stdout', 'stderr'], isAtOnce: false },
  { closed: ['stderr'], isAtOnce: false },
  { closed: ['stdout'], isAtOnce: true },
];

export const closedPipes: Drill = {
  name: 'closed pipes',
  trials: (field) =>
    CASES.map(({ closed, isAtOnce }): Trial => ({
      what: `${closed.join(' and ')} closed ${isAtOnce ? 'at once' : 'after the first line'}`,
      run: () => run(field, closed, isAtOnce),
    })),
};
