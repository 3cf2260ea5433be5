/** `npm run drill`: breaks runs in every way that is known, and compares what they come to. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from 'autodeeplab';
import { runProgram } from '../helpers/run-program.js';
import { DRILLS } from './drills.js';
import { planDrill, runTrials, type DoneTrial, type PlannedTrial } from './drill.js';
import { Field, runReference } from './field.js';
import { describeRows, rowOf, type Row } from './figures.js';
import { prepareGround, type Ground } from './ground.js';
import { describeMachine } from './machine.js';
import { parseOptions, type DrillOptions } from './options.js';

/** All trials of some drills with some commands, in a random order; and the rows of what is skipped. */
async function plan(ground: Ground, { commands, drills, seed, kills, every }: DrillOptions) {
  const trials: PlannedTrial[] = [];
  const skipped: Row[] = [];
  for (const command of commands) {
    const reference = await runReference(ground, command);
    const { steps, operations, seconds } = reference;
    const facts = `${steps} steps, ${operations.length} file operations, ${seconds.toFixed(1)} s`;
    console.error(`${command.name}: ${facts}`);
    const field = new Field(ground, command, reference, new Random(seed).fork(command.name));
    for (const drill of drills) {
      const planned = await planDrill(drill, field, { kills, every });
      if (typeof planned === 'string') {
        const row = rowOf({ drill: drill.name, command: command.name }, 0, []);
        skipped.push({ ...row, skipped: planned });
      } else {
        trials.push(...planned);
      }
    }
  }
  const random = new Random(seed).fork('order');
  const order = new Map(trials.map((trial) => [trial, random.uniform()]));
  return { trials: trials.sort((a, b) => order.get(a)! - order.get(b)!), skipped };
}

/** The rows, in the order of the drills and the commands. */
function rowsOf(
  { drills, commands }: DrillOptions,
  planned: readonly PlannedTrial[],
  done: readonly DoneTrial[],
): Row[] {
  const places = drills.flatMap(({ name: drill }) =>
    commands.map(({ name: command }) => ({ drill, command })),
  );
  return places.flatMap(({ drill, command }) => {
    const isHere = (trial: Pick<DoneTrial, 'drill' | 'command'>) =>
      trial.drill === drill && trial.command === command;
    const { length } = planned.filter(isHere);
    return length === 0 ? [] : [rowOf({ drill, command }, length, done.filter(isHere))];
  });
}

async function run(options: DrillOptions): Promise<readonly Row[]> {
  const { seed, json, lanes, minutes } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'autodeeplab-drill-'));
  const begun = performance.now();
  const machine = describeMachine();
  const ground = await prepareGround(folder);
  const { trials, skipped } = await plan(ground, options);
  const done: DoneTrial[] = [];
  const results = () => [...rowsOf(options, trials, done), ...skipped];
  await runTrials(trials, { lanes, limit: minutes && 60 * minutes }, (trial) => {
    done.push(trial);
    const { drill, command, problems } = trial;
    problems.forEach((problem) => {
      console.error(`PROBLEM ${drill}, ${command}, ${problem}`);
    });
    if (json !== undefined) {
      mkdirSync(path.dirname(path.resolve(json)), { recursive: true });
      const seconds = Math.round((performance.now() - begun) / 1000);
      const call = `npm run drill -- ${process.argv.slice(2).join(' ')}`;
      const document = { call, seed, machine, seconds, rows: results() };
      writeFileSync(json, `${JSON.stringify(document, undefined, 2)}\n`);
    }
    console.error(`${done.length} of ${trials.length}: ${drill}, ${command}`);
  });
  const rows = results();
  if (rows.every(({ problems }) => problems.length === 0)) {
    rmSync(folder, { recursive: true, force: true });
  } else {
    console.error(`the folders of what went wrong are in ${folder}`);
  }
  return rows;
}

await runProgram(async () => {
  const rows = await run(parseOptions(process.argv.slice(2), DRILLS));
  console.log(describeRows(rows));
  process.exitCode = rows.some(({ problems }) => problems.length > 0) ? 1 : 0;
});
