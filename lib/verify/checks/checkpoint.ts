/** A checkpoint that is written, read and loaded into another program. */
import { join } from 'node:path';
import { arraysToTensors, tensorsToArrays } from '../../files/tensor-arrays.js';
import { readCheckpoint, writeCheckpoint } from '../../run/checkpoint-file.js';
import type { Program } from '../../runtime/program.js';
import { resolveSearchConfig } from '../../search/options.js';
import { searchProgram } from '../../search/program.js';
import type { Check, CheckContext, Row } from '../check.js';
import { differenceOf, rowOf, worst, type Difference } from '../difference.js';
import { namedBatch, searchInputs } from '../step-inputs.js';

const CLASSES = 4;
const SIZE = { layers: 2, filterMultiplier: 2, blocks: 1, crop: 33, batchSize: 2 };
const CONFIG = resolveSearchConfig(SIZE);

async function stateOf(program: Program) {
  return tensorsToArrays(program.state());
}

type State = Awaited<ReturnType<typeof stateOf>>;

/** The largest difference of two states. */
function stateDifference(actual: State, expected: State): Difference {
  const values = (state: State, name: string) =>
    Object.hasOwn(state, name) ? (state[name].data as Float32Array) : [];
  return worst(
    Object.keys(expected).map((name) =>
      differenceOf(name, values(actual, name), values(expected, name)),
    ),
  );
}

/** The state of a program after a step, through a file, in a program with other first values. */
async function throughFile(folder: string): Promise<Difference> {
  const size = { batchSize: SIZE.batchSize, size: SIZE.crop, classes: CLASSES };
  const batch = namedBatch('verify/checkpoint', size);
  const inputs = searchInputs(CONFIG, batch, batch);
  const first = searchProgram(CONFIG, CLASSES).program;
  const second = searchProgram({ ...CONFIG, seed: CONFIG.seed + 1 }, CLASSES).program;
  try {
    first.run('weights', inputs.weights);
    first.run('architecture', inputs.architecture);
    const before = await stateOf(first);
    const file = join(folder, 'checkpoint.safetensors');
    const place = { step: 1, epoch: 0, metrics: {}, extra: null };
    await writeCheckpoint(file, { ...place, groups: { state: before } });
    const { groups } = await readCheckpoint(file);
    second.load(arraysToTensors(groups.state));
    return stateDifference(await stateOf(second), before);
  } finally {
    first.dispose();
    second.dispose();
  }
}

async function* run({ folder }: CheckContext): AsyncGenerator<Row> {
  yield rowOf({
    what: 'a checkpoint, read and loaded',
    expectedFrom: 'the state that was saved',
    tolerance: 0,
    compare: () => throughFile(folder),
  });
}

/** Checkpoints. */
export const checkpointCheck: Check = {
  name: 'checkpoint',
  compares: 'the state of a program with that of a checkpoint of it',
  run,
};
