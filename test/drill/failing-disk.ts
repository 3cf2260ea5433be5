/** From an operation on, whatever takes space on the disk fails, as on a full disk. */
import { eachNth, type Drill, type Trial } from './drill.js';
import type { Field } from './field.js';
import type { Outcome } from './figures.js';
import { placesToKill } from './kill-at-file-operation.js';
import type { Server } from './server.js';

/** What takes space, as `child/faults.mjs` names it. */
const TAKES_SPACE = /^(open|write|writeFile|appendFile|mkdir|link|copyFile) /;

async function run(field: Field, server: Server, fullFrom: number): Promise<Outcome> {
  const place = field.place();
  const ended = await field.continue(server, place, { fullFrom });
  const { code, output } = ended;
  const isSaid = output.includes('the disk is full');
  if (code === 0 && isSaid) {
    return field.judge(place, ended, { runs: 1 }); // such as without event files
  }
  if (code !== 1 || !isSaid) {
    return { figures: { runs: 1 }, problems: [`exit code ${code}: ${output.trim()}`] };
  }
  return field.finish(server, place, { runs: 1 });
}

export const failingDisk: Drill = {
  name: 'full at file operations',
  trials: (field, { every }) => {
    const places = placesToKill(field.reference.operations);
    const all = places
      .filter(({ name }) => TAKES_SPACE.test(name))
      .map(({ number, name }): Trial => ({
        what: `from operation ${number}, ${name}`,
        run: (server) => run(field, server, number),
      }));
    return eachNth(all, every);
  },
};
