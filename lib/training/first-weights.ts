/** Weights of another training, to begin with or to predict with. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError, DataError } from '../errors.js';
import type { NamedArrays } from '../files/arrays.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import type { VariableSpec } from '../nn/scope.js';
import { latestCheckpoint } from '../run/checkpoint.js';
import { readCheckpoint } from '../run/checkpoint-file.js';
import type { Program } from '../runtime/program.js';

/** Which checkpoint of a run: that with the best validation, or the last. */
export type CheckpointChoice = 'best' | 'last';

/**
 * The variables in a checkpoint of a training.
 *
 * @param source - the folder of a run, or the file of a checkpoint
 * @throws {@link DataError} if there is none, or if the one that is meant cannot be read or is not finite
 */
export async function readVariables(
  source: string,
  choice: CheckpointChoice = 'best',
): Promise<NamedArrays> {
  const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? false;
  const checkpoint = isFolder ? await ofRun(source, choice) : await readCheckpoint(source);
  const variables = checkpoint.groups.variables as NamedArrays | undefined;
  if (variables === undefined) {
    throw new DataError(`${source}: expected a checkpoint with variables, got none`, source);
  }
  return variables;
}

async function ofRun(folder: string, choice: CheckpointChoice) {
  const checkpoints = join(folder, 'checkpoints');
  if (choice === 'best') {
    const file = join(checkpoints, 'best.safetensors');
    if ((await stat(file).catch(() => undefined)) !== undefined) {
      return readCheckpoint(file); // a damaged one is an error: another is not the best
    }
  }
  const found = await latestCheckpoint(checkpoints);
  if (found === undefined) {
    throw new DataError(
      `${folder}: expected a run with checkpoints, got none; train it first`,
      folder,
    );
  }
  return found.checkpoint;
}

/** Whether two shapes agree in all axes but that of the classes. */
function differsInClassesOnly({ shape, classAxis }: VariableSpec, other: readonly number[]) {
  return (
    classAxis !== undefined &&
    other.length === shape.length &&
    shape.every((size, axis) => axis === classAxis || size === other[axis])
  );
}

/**
 * Puts variables of another training into a program; the optimizer begins again, and so do
 * variables with an axis of classes where the number of classes differs.
 *
 * @param variables - what the program trains
 * @param source - the folder of a run or the file of a checkpoint
 * @throws {@link ConfigError} if a variable is missing or has another shape
 * @throws {@link DataError} if the checkpoint cannot be read
 */
export async function loadFirstWeights(
  program: Program,
  variables: readonly VariableSpec[],
  source: string,
): Promise<void> {
  const arrays = await readVariables(source);
  const taken: Record<string, NamedArrays[string]> = {};
  for (const spec of variables) {
    const { name, shape } = spec;
    const array = arrays[name] as NamedArrays[string] | undefined;
    if (array && String(array.shape) === String(shape)) {
      taken[`variables/${name}`] = array;
    } else if (!array || !differsInClassesOnly(spec, array.shape)) {
      throw new ConfigError(
        `initialWeights ${source}: expected ${name} [${shape.join(', ')}], got ` +
          (array ? `[${array.shape.join(', ')}]` : 'none') +
          '; take weights of the same architecture and filter multiplier',
      );
    }
  }
  const tensors = arraysToTensors(taken);
  program.load(tensors);
  tf.dispose(tensors);
}
