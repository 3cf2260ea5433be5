/** The clock is wrong, jumps while a run works, and is right again when it is resumed. */
import type { Drill, Trial } from './drill.js';
import type { Field } from './field.js';
import type { Server } from './server.js';

/** Days that the clock is wrong, one after the other. */
const JUMPS = [
  { what: 'a year ahead', days: [365] },
  { what: 'in 1990', days: [-36 * 365] },
  { what: 'back and forth by a day', days: [0, -1, 1] },
  { what: 'ahead by ten years and back', days: [0, 3650, 0] },
];

/** The clock jumps after so many file operations. */
const EVERY = 20;

async function run(field: Field, server: Server, days: readonly number[], killAtStep: number) {
  const place = field.place();
  const faults = { clock: { days, every: EVERY }, killAtStep };
  const { signal, code, output } = await field.start(place, faults).ended;
  if (signal !== 'SIGKILL') {
    return { figures: { runs: 1 }, problems: [`not killed but ended with ${code}: ${output}`] };
  }
  return field.finish(server, place, { runs: 1, kills: 1 });
}

export const clockJumps: Drill = {
  name: 'clock jumps',
  trials: (field) =>
    JUMPS.map(({ what, days }): Trial => ({
      what,
      run: (server) => run(field, server, days, field.reference.steps),
    })),
};
