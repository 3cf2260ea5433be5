/**
 * Every file of a run that was killed half-way, damaged in every way. A damaged file is refused by its
 * name, and the run can be resumed once it is restored; or the run comes to the right results without it.
 */
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DAMAGES, type Damage } from './damages.js';
import { eachNth, type Drill, type Trial } from './drill.js';
import type { Field } from './field.js';
import type { Outcome } from './figures.js';
import { HalfDone } from './half-done.js';
import type { Server } from './server.js';

/** Files that no run reads; another process that resumes it writes them again. */
const NOT_READ = /tensorboard|\.lock$/;

const HISTORY = 'history.arrow';

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !NOT_READ.test(path.join(entry.parentPath, entry.name)))
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
    .sort();
}

async function run(
  { field, half, other }: { field: Field; half: HalfDone; other: HalfDone },
  server: Server,
  name: string,
  { apply }: Damage,
): Promise<Outcome> {
  const place = await half.copy();
  const file = path.join(place.folder, name);
  apply(file, path.join((await other.original()).folder, name));
  const before = { runs: 1, resumes: 1 };
  const ended = await field.continue(server, place);
  const isNamed = ended.output.includes(path.basename(name));
  if (ended.code === 0) {
    // What was lost of the history is said; the rest must be right.
    const isLost = (fact: string) =>
      name === HISTORY && isNamed && /^files$|history row/.test(fact);
    return field.judge(place, ended, before, isLost);
  }
  if (!isNamed) {
    return { figures: before, problems: [`not named, but: ${ended.output.trim()}`] };
  }
  copyFileSync(path.join((await half.original()).folder, name), file);
  return field.finish(server, place, { ...before, refused: 1 });
}

export const damagedFiles: Drill = {
  name: 'damaged files',
  trials: async (field, { every }) => {
    if (!field.command.hasWorkers) {
      return []; // the runs of a recipe are those of the other commands
    }
    const afterStep = field.reference.steps;
    const half = new HalfDone(field, afterStep);
    const other = new HalfDone(field, afterStep, ['--seed', '2']);
    const otherFolder = (await other.original()).folder;
    const files = filesIn((await half.original()).folder).filter((name) =>
      existsSync(path.join(otherFolder, name)),
    );
    const all = files.flatMap((name) =>
      DAMAGES.map((damage): Trial => ({
        what: `${name}, ${damage.name}`,
        run: (server) => run({ field, half, other }, server, name, damage),
      })),
    );
    return eachNth(all, every);
  },
};
