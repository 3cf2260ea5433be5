/** A run that is killed in the middle and resumed, against one that is not. */
import { join } from 'node:path';
import { DataError } from '../../errors.js';
import { latestCheckpoint } from '../../run/checkpoint-folder.js';
import { readHistory } from '../../run/history.js';
import { writeSample } from '../../sample/write-sample.js';
import type { Check, CheckContext, Row } from '../check.js';
import { differenceOf, rowOf, worst, type Difference } from '../difference.js';
import { describeEnd, runChild } from '../run-child.js';
import type { SearchRequest } from '../search-child.js';

/** Two batches per half. */
const SAMPLE = { width: 48, height: 40, counts: { train: 8, val: 1 } };

/** Behind the checkpoint of step 2, in the first epoch that trains the architecture. */
const KILL_AT = 3;

/**
 * The CPU's kernels repeat themselves to the last bit. On a GPU some add in the order in which threads
 * arrive: two runs of six steps differ by rounding, which batch norms and Adam enlarge.
 */
const TOLERANCE = { cpu: 0, gpu: 1e-2 } as const;

/** Runs a search in a process of its own; says so if that does not end as it should. */
async function searched(request: SearchRequest): Promise<void> {
  const end = await runChild('search-child', request);
  // A process that is terminated on Windows has a code instead of a signal.
  const wasKilled = end.signal === 'SIGKILL' || (end.signal === null && end.code !== 0);
  if (request.killAt === undefined ? end.code !== 0 : !wasKilled) {
    throw new DataError(`a search in a process of its own: ${describeEnd(end)}`);
  }
}

/** The largest difference of the losses of all steps of two runs. */
export async function lossDifference(actual: string, expected: string): Promise<Difference> {
  const [found, wanted] = await Promise.all(
    [actual, expected].map(async (folder) => {
      const { rows } = await readHistory(join(folder, 'history.arrow'));
      return rows
        .filter(({ kind }) => kind === 'step')
        .flatMap(({ loss, architectureLoss }) => [loss ?? NaN, architectureLoss ?? NaN]);
    }),
  );
  return differenceOf('the losses', found, wanted, 1);
}

async function lastState(folder: string) {
  const found = await latestCheckpoint(join(folder, 'checkpoints'));
  if (found === undefined) {
    throw new DataError(`${folder}: expected checkpoints, got none`, folder);
  }
  const { step, groups } = found.checkpoint;
  return { step, groups };
}

/** The largest difference of the states at the end of two runs: variables, and what optimizers hold. */
export async function stateDifference(actual: string, expected: string): Promise<Difference> {
  const [found, wanted] = await Promise.all([actual, expected].map(lastState));
  const arrays = Object.entries(wanted.groups).flatMap(([group, members]) =>
    Object.entries(members).map(([name, array]) => {
      const other = found.groups[group][name].data as Float32Array;
      return differenceOf(`${group}/${name}`, other, array.data as Float32Array);
    }),
  );
  return worst([differenceOf('the number of steps', [found.step], [wanted.step]), ...arrays]);
}

async function* run({ backend, folder }: CheckContext): AsyncGenerator<Row> {
  const [root, whole, killed] = ['data', 'whole', 'killed'].map((name) => join(folder, name));
  const request = { backend: backend.name, root, resume: false };
  const tolerance = TOLERANCE[backend.device];
  const expectedFrom = 'the run without a kill';
  yield await rowOf({
    what: 'losses of a search that is killed and resumed',
    expectedFrom,
    tolerance,
    compare: async () => {
      await writeSample({ root, ...SAMPLE });
      await searched({ ...request, folder: whole });
      await searched({ ...request, folder: killed, killAt: KILL_AT });
      const reached = (await lastState(killed)).step;
      await searched({ ...request, folder: killed, resume: true });
      const note = `killed at step ${KILL_AT}, resumed from step ${reached}`;
      return { ...(await lossDifference(killed, whole)), note };
    },
  });
  yield await rowOf({
    what: 'weights, α, β and optimizers at its end',
    expectedFrom,
    tolerance,
    compare: () => stateDifference(killed, whole),
  });
}

/** Runs that are killed. */
export const resumeCheck: Check = {
  name: 'resume',
  compares: 'a search that is killed by SIGKILL and resumed with one that is not',
  run,
};
