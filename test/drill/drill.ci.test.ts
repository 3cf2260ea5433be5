/** The short form of `npm run drill`: some trials of the kinds that are quick, on a search. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../lib/random.js';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { COMMANDS } from './commands.js';
import { differences } from './compare.js';
import { clockJumps } from './clock-jumps.js';
import { planDrill, runTrials, type DoneTrial, type PlannedTrial } from './drill.js';
import type { DRILLS } from './drills.js';
import { failingDisk } from './failing-disk.js';
import { Field, runReference } from './field.js';
import { sum } from './figures.js';
import { prepareGround } from './ground.js';
import { killAtFileOperation } from './kill-at-file-operation.js';
import { killAtRandom } from './kill-at-random.js';

const folder = temporaryFolder();
const [search] = COMMANDS;
let field: Field;

beforeAll(async () => {
  ensureCompiled();
  const ground = await prepareGround(folder);
  field = new Field(ground, search, await runReference(ground, search), new Random(1));
});

/** The trials of a drill whose description a pattern finds. */
async function trialsOf(drill: (typeof DRILLS)[number], wanted: RegExp): Promise<PlannedTrial[]> {
  const planned = await planDrill(drill, field, { kills: 2, every: 1 });
  return typeof planned === 'string' ? [] : planned.filter(({ what }) => wanted.test(what));
}

describe('a search', () => {
  it('comes to the same results, wherever it is killed and whatever fails', async () => {
    const [atRandom] = await trialsOf(killAtRandom, /./);
    const [checkpoint] = await trialsOf(killAtFileOperation, /rename checkpoints/);
    const [history] = await trialsOf(killAtFileOperation, /half of .* write history/);
    const [full] = await trialsOf(failingDisk, /open checkpoints/);
    const [clock] = await trialsOf(clockJumps, /back and forth/);
    const done: DoneTrial[] = [];
    const planned = [atRandom, checkpoint, history, full, clock];
    await runTrials(planned, { lanes: 2 }, (trial) => done.push(trial));
    expect(done.flatMap(({ problems }) => problems)).toEqual([]);
    const { kills, compared } = sum(done.map(({ figures }) => figures));
    expect(compared).toBe(5);
    expect(kills).toBeGreaterThanOrEqual(3);
  });

  it('is found to differ if a result does', () => {
    const { facts } = field.reference;
    expect(differences(facts, facts)).toEqual([]);
    const [name] = Object.keys(facts).filter((fact) => fact.includes('variables/'));
    expect(differences(facts, { ...facts, [name]: 'other' })).toEqual([
      `${name}: expected ${facts[name]}, got other`,
    ]);
    const kinds = [
      'last: variables/',
      'best: variables/',
      'last: optimizer/',
      'history row',
      'halves',
    ];
    for (const kind of kinds) {
      expect(Object.keys(facts).some((fact) => fact.includes(kind))).toBe(true);
    }
  });
});
