/** Weights of another training, to begin with or to predict with. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError, DataError } from '../errors.js';
import type { NamedArrays } from '../files/arrays.js';
import { arraysDigest } from '../files/arrays-digest.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import { abortable } from '../interrupt.js';
import type { VariableSpec } from '../nn/scope.js';
import { readCheckpoint, type StoredCheckpoint } from '../run/checkpoint-file.js';
import { chosenCheckpoint, type CheckpointChoice } from '../run/checkpoint-folder.js';
import { findModel, type ModelDocument } from '../model/document.js';
import { readWeights } from '../model/weights.js';
import { Manifest } from '../run/manifest.js';
import type { Program } from '../runtime/program.js';
import { count } from '../text.js';
import { checkFacts, classDifference, weightsOrigin } from './weights-origin.js';

/** A network in one folder has the weights of one checkpoint; refuses another. */
function checkModelChoice(source: string, model: ModelDocument, choice: CheckpointChoice): void {
  const { checkpoint } = model.training;
  if (choice !== 'best' && choice !== checkpoint.choice) {
    throw new ConfigError(
      `${source}: expected the checkpoint that the network was exported from, '${checkpoint.choice}', got ` +
        `'${choice}'; take { checkpoint: '${checkpoint.choice}' }, or export the run again`,
    );
  }
}

/** Which weights of a training are meant, whatever becomes of its checkpoints later. */
export interface WeightsIdentity {
  /** The steps that they were trained for. */
  readonly step: number;
  /** SHA-256 of all variables. */
  readonly digest: string;
}

/** The variables of a network, and which they are. */
export interface TrainedWeights {
  readonly variables: NamedArrays;
  readonly weights: WeightsIdentity;
}

/** The variables in a checkpoint, and after how many steps; or those of an exported network. */
async function readWithStep(source: string, choice: CheckpointChoice) {
  const model = await findModel(source);
  if (model !== undefined) {
    checkModelChoice(source, model, choice);
    return {
      variables: await readWeights(source, model),
      step: model.training.checkpoint.step,
    };
  }
  const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? false;
  const checkpoint = isFolder
    ? await readTrainedCheckpoint(source, choice)
    : await readCheckpoint(source);
  return { variables: trainedVariables(checkpoint, source), step: checkpoint.step };
}

/** What {@link readVariables} gives, and which weights they are. */
export async function readTrainedWeights(
  source: string,
  choice: CheckpointChoice = 'best',
): Promise<TrainedWeights> {
  const { variables, step } = await readWithStep(source, choice);
  return { variables, weights: { step, digest: arraysDigest(variables) } };
}

/**
 * The variables in a checkpoint of a training, with the averages of those that have one, or those of an
 * exported network.
 *
 * @param source - the folder of a run, the file of a checkpoint, or the folder of a network
 * @throws {@link ConfigError} if a network was exported from another checkpoint than that of the choice
 * @throws {@link DataError} if there is none, or if the one that is meant cannot be read or is not finite
 */
export async function readVariables(
  source: string,
  choice: CheckpointChoice = 'best',
): Promise<NamedArrays> {
  return (await readWithStep(source, choice)).variables;
}

/**
 * The checkpoint of a training that is asked for.
 *
 * @param folder - of a run
 * @throws {@link DataError} if there is none, or if the one that is meant cannot be read or is not finite
 */
export async function readTrainedCheckpoint(
  folder: string,
  choice: CheckpointChoice,
): Promise<StoredCheckpoint> {
  const run = (await Manifest.find(folder))?.run;
  return chosenCheckpoint(join(folder, 'checkpoints'), choice, run);
}

/** The variables in a checkpoint, with the averages of those that have one. */
export function trainedVariables({ groups }: StoredCheckpoint, source: string): NamedArrays {
  const variables = groups.variables as NamedArrays | undefined;
  if (variables === undefined) {
    throw new DataError(`${source}: expected a checkpoint with variables, got none`, source);
  }
  return { ...variables, ...(groups.averages as NamedArrays | undefined) };
}

/** What the weights are for. */
export interface FirstWeightsTarget {
  /** The names of the classes in the order of the network's output; not compared if absent. */
  readonly classes?: readonly string[];
  /** Facts that both runs must have alike, such as the architecture. */
  readonly facts?: object;
  /** Stops the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the variables of a network that began with the weights of another training. */
export interface FirstWeights {
  readonly source: string;
  /** The variables that were taken. */
  readonly taken: readonly string[];
  /** The variables that begin again. */
  readonly begunAgain: readonly string[];
  /** Why they do, or what is not known; an empty text if there is nothing to say. */
  readonly reason: string;
}

/** Whether two shapes agree in all axes but that of the classes. */
function differsInClassesOnly({ shape, classAxis }: VariableSpec, other: readonly number[]) {
  return (
    classAxis !== undefined &&
    other.length === shape.length &&
    shape.every((size, axis) => axis === classAxis || size === other[axis])
  );
}

/** At most n variables are named in an error. */
const NAMED = 3;

/** Throws, naming the variables that are missing or have another shape. */
function checkShapes(
  source: string,
  variables: readonly VariableSpec[],
  arrays: NamedArrays,
): void {
  const wrong = variables.flatMap((spec) => {
    const { name, shape } = spec;
    const other = (arrays[name] as NamedArrays[string] | undefined)?.shape;
    const fits = String(other) === String(shape) || (other && differsInClassesOnly(spec, other));
    const got = other ? `[${other.join(', ')}]` : 'none';
    return fits ? [] : [`${name} [${shape.join(', ')}], got ${got}`];
  });
  if (wrong.length > 0) {
    const more = wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : '';
    throw new ConfigError(
      `initialWeights ${source}: expected ${wrong.slice(0, NAMED).join('; ')}${more}; ` +
        'take weights of the same architecture and widths',
    );
  }
}

/**
 * Puts variables of another training into a program; the optimizer begins again, and so do
 * variables with an axis of classes unless the classes are the same in the same order.
 *
 * @param variables - what the program trains
 * @param source - the folder of a run or the file of a checkpoint
 * @throws {@link ConfigError} if a variable is missing or has another shape, or the architecture of
 *   the other run differs
 * @throws {@link DataError} if the checkpoint cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function loadFirstWeights(
  program: Program,
  variables: readonly VariableSpec[],
  source: string,
  { classes, facts = {}, signal }: FirstWeightsTarget = {},
): Promise<FirstWeights> {
  const arrays = await abortable(readVariables(source), signal);
  const other = await weightsOrigin(source);
  checkFacts(source, other.facts, facts);
  checkShapes(source, variables, arrays);
  const difference = other.classes && classes && classDifference(other.classes, classes);
  const isTaken = ({ name, shape, classAxis }: VariableSpec) =>
    String(arrays[name].shape) === String(shape) &&
    (classAxis === undefined || difference === undefined);
  const taken = variables.filter(isTaken).map(({ name }) => name);
  const begunAgain = variables.filter((spec) => !isTaken(spec)).map(({ name }) => name);
  const tensors = arraysToTensors(
    Object.fromEntries(taken.map((name) => [`variables/${name}`, arrays[name]])),
  );
  program.load(tensors);
  tf.dispose(tensors);
  const unknown = other.classes ? '' : 'the names of its classes are not known';
  return { source, taken, begunAgain, reason: difference ?? unknown };
}

/** What became of the variables, in a line. */
export function describeFirstWeights({ source, taken, begunAgain, reason }: FirstWeights): string {
  const again = begunAgain.length === 0 ? '' : `; begun again: ${begunAgain.join(', ')}`;
  const why = reason === '' ? '' : ` (${reason})`;
  return `initialWeights ${source}: took ${count(taken.length, 'variable')}${again}${why}`;
}
