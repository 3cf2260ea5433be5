/** Weights to begin with, from another training. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError, DataError } from '../errors.js';
import type { NamedArrays } from '../files/arrays.js';
import { latestCheckpoint } from '../run/checkpoint.js';
import { readCheckpoint } from '../run/checkpoint-file.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import type { Program } from '../runtime/program.js';

/** Variables that may differ in shape: they begin anew for other classes. */
const CLASSIFIER = 'decoder/logits/';

/** Which checkpoint of a run: that with the best validation, or the last. */
export type CheckpointChoice = 'best' | 'last';

/**
 * The variables in a checkpoint of a training.
 *
 * @param source - the folder of a run, or the file of a checkpoint
 * @throws {@link DataError} if there is none or it cannot be read
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
    const best = await readCheckpoint(join(checkpoints, 'best.safetensors')).catch(() => undefined);
    if (best) {
      return best;
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

/**
 * Puts variables of another training into a program; the optimizer begins anew.
 *
 * @param source - the folder of a run or the file of a checkpoint; null: nothing is done
 * @throws {@link ConfigError} if one is missing or has another shape, the classifier's aside
 * @throws {@link DataError} if the checkpoint cannot be read
 */
export async function loadFirstWeights(program: Program, source: string | null): Promise<void> {
  if (source === null) {
    return;
  }
  const arrays = await readVariables(source);
  const state = program.state();
  const wanted = Object.entries(state).flatMap(([name, { shape }]) =>
    name.startsWith('variables/') ? [{ name: name.slice('variables/'.length), shape }] : [],
  );
  tf.dispose(state);
  const taken: Record<string, NamedArrays[string]> = {};
  for (const { name, shape } of wanted) {
    const array = arrays[name] as NamedArrays[string] | undefined;
    if (String(array?.shape) === String(shape) && array) {
      taken[`variables/${name}`] = array;
    } else if (!name.startsWith(CLASSIFIER)) {
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
