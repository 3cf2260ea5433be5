/** What a run came to, so that two runs can be compared to the bit. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readHistory, runs } from 'autodeeplab';
import type { DrilledCommand } from './commands.js';

/** What was found, by what it is: digests of arrays, documents as text. */
export type Facts = Readonly<Record<string, string>>;

/** Times and sizes that no two runs share, what another place of the folder changes, and the threads. */
const OTHERWISE = /seconds|memory|^rootFromRun$|^root$|^date$|^initialWeights$|^workers$/i;

/** Documents that name the run or the processes that worked on it. */
const OF_THE_RUN = ['manifest.json', 'environment.json'];

const text = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (OTHERWISE.test(key) ? undefined : part));

const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex').slice(0, 16);

/** The arrays and the position of a checkpoint. */
function checkpointFacts(name: string, checkpoint: runs.StoredCheckpoint): Record<string, string> {
  const { step, epoch, metrics, extra, groups } = checkpoint;
  const facts = {
    [`${name}: position`]: text({
      step,
      epoch,
      extra,
      metrics: Object.entries(metrics).map(([key, value]) => [key, String(value)]),
    }),
  };
  for (const [group, arrays] of Object.entries(groups)) {
    for (const [array, { shape, data }] of Object.entries(arrays)) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      facts[`${name}: ${group}/${array}`] = `${shape.join()} ${digest(bytes)}`;
    }
  }
  return facts;
}

/** Checkpoints of steps: how many of the earlier ones are there depends on where a run was stopped. */
const OF_A_STEP = /step-\d+\.safetensors$/;

/** All files below a folder but those, the event files of TensorBoard under one name. */
function namesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !OF_A_STEP.test(entry.name))
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
    .map((name) => name.replace(/events\.out\.tfevents\..*/, 'events'))
    .sort();
}

async function runFacts(folder: string, run: string): Promise<Record<string, string>> {
  const own = path.join(folder, run);
  const checkpoints = path.join(own, 'checkpoints');
  const facts: Record<string, string> = {};
  const last = await runs.chosenCheckpoint(checkpoints, 'last');
  Object.assign(facts, checkpointFacts(`${run} last`, last));
  Object.assign(
    facts,
    checkpointFacts(`${run} best`, await runs.chosenCheckpoint(checkpoints, 'best')),
  );
  const { rows } = await readHistory(path.join(own, 'history.arrow'));
  rows.forEach((row, i) => (facts[`${run} history row ${i}`] = text(row)));
  for (const name of readdirSync(own).filter((entry) => entry.endsWith('.json'))) {
    if (!OF_THE_RUN.includes(name)) {
      facts[`${run} ${name}`] = text(JSON.parse(readFileSync(path.join(own, name), 'utf8')));
    }
  }
  return facts;
}

/** What a command came to. */
export async function factsOf({ runs: folders }: DrilledCommand, folder: string): Promise<Facts> {
  const facts: Record<string, string> = { files: namesIn(folder).join('\n') };
  for (const run of folders) {
    Object.assign(facts, await runFacts(folder, run));
  }
  const recipe = path.join(folder, 'recipe.json');
  if (existsSync(recipe)) {
    facts['recipe.json'] = text(JSON.parse(readFileSync(recipe, 'utf8')));
  }
  return facts;
}

/** Where two results differ, in words; nothing if they are equal. */
export function differences(expected: Facts, got: Facts): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
  return names
    .filter((name) => expected[name] !== got[name])
    .map((name) => `${name}: expected ${expected[name] ?? 'none'}, got ${got[name] ?? 'none'}`);
}
