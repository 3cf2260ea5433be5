/** The works of which replicas are measured, as the library itself runs them. */
import * as tf from '@tensorflow/tfjs-core';
import type { nn } from 'autodeeplab';
import { publishedArchitecture, resolveRetrainConfig, resolveSearchConfig } from 'autodeeplab';
import { retrainProgram } from '#lib/retrain/program.js';
import { searchProgram } from '#lib/search/program.js';
import type { TrainedProgram } from '#lib/training/run-work.js';
import { CLASSES, S_FILTER_MULTIPLIER } from '../cases.js';

/** Where a program is, and with which threads. */
export type Where = Pick<nn.CompileOptions, 'devices' | 'place' | 'ring' | 'threads'>;

/** Something that two replicas compute. */
export interface ReplicaWork {
  readonly name: string;
  /** In words. */
  readonly description: string;
  readonly step: string;
  readonly batch: number;
  readonly crop: number;
  /** Whether only its opening is measured. */
  readonly opensOnly?: boolean;
  make(where: Where): TrainedProgram;
}

const replicas = 2;

function retraining(crop: number, batch: number): ReplicaWork {
  return {
    name: `retrain-s-${crop}`,
    description: `training step of Auto-DeepLab-S, crop ${crop}, batch ${batch}, 2 replicas`,
    step: 'train',
    batch,
    crop,
    make: (where) => {
      const own = { crop, batchSize: batch, replicas, filterMultiplier: S_FILTER_MULTIPLIER };
      const config = resolveRetrainConfig(own, 'paper');
      return retrainProgram(publishedArchitecture, config, CLASSES, undefined, 'auto', where);
    },
  };
}

function searching(crop: number, batch: number, opensOnly = false): ReplicaWork {
  return {
    name: `search-12-8-5-${crop}`,
    description: `weight step of the paper's supernet, crop ${crop}, batch ${batch}, 2 replicas`,
    step: 'weights',
    batch,
    crop,
    opensOnly,
    make: (where) => {
      const config = resolveSearchConfig({ crop, batchSize: batch, replicas }, 'paper');
      return searchProgram(config, CLASSES, 'auto', where);
    },
  };
}

/** All works; the last is the paper's configuration of a search. */
export const WORKS: readonly ReplicaWork[] = [
  retraining(129, 4),
  retraining(321, 4),
  searching(65, 2),
  searching(321, 2, true),
];

/** What a step of a work is fed; the same in every call. */
export function inputsOf({ batch, crop }: ReplicaWork): nn.NamedTensors {
  const labels = tf.randomUniform([batch, crop, crop], 0, CLASSES, 'int32', 2);
  return {
    image: tf.randomUniform([batch, crop, crop, 3], -1, 1, 'float32', 1),
    labels,
    learningRate: tf.scalar(0.01),
    progress: tf.scalar(0),
    seed: tf.scalar(1, 'int32'),
  };
}
