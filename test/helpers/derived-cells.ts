/** A derived cell that reads one map twice, and how drop path changes its result. */
import * as tf from '@tensorflow/tfjs-core';
import type { Branch, Genotype } from '../../lib/architecture/genotype.js';
import { applyNetwork, type TrainingInputs } from '../../lib/nn/apply.js';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';
import { cell } from '../../lib/segmentation/cell.js';
import { imageTensor } from './filled-network.js';

/** Filters of every operation. */
export const FILTERS = 4;

/** A cell of one block. */
export function block(left: Branch, right: Branch): Genotype {
  return { blocks: [{ left, right }] };
}

/** A cell that reads the same map twice. */
export function cellNetwork(genotype: Genotype, step: number, keepProbability = 1): Network {
  return (scope, image) => {
    const [batch, height, width] = image.shape;
    return cell(
      scope,
      { previousPrevious: image, previous: image, batch, size: { height, width } },
      {
        genotype,
        filters: FILTERS,
        step,
        norm: { epsilon: 1e-3, momentum: 0.9 },
        dropPath: { keepProbability, cell: 11, cells: 12 },
      },
    );
  };
}

/** Runs a network on six images. */
export function run(
  network: Network,
  [height, width]: number[],
  training?: TrainingInputs,
): tf.Tensor4D {
  const shape = [6, height, width, 2] as const;
  const { variables } = declareNetwork(network, shape);
  const given = initializeVariables(variables, new Random(1));
  return applyNetwork(network, given, imageTensor(shape), training).output;
}

/** Per sample and seed: 0 if dropped, else the factor on the sample; NaN if it is neither. */
export function dropFactors(
  network: (keepProbability: number) => Network,
  progress: number,
): number[] {
  return tf.tidy(() => {
    const size = [3, 3];
    const plain = tf.unstack(run(network(1), size, {}));
    return Array.from({ length: 20 }, (_, seed) => {
      const inputs = { progress: tf.scalar(progress), seed: tf.scalar(seed, 'int32') };
      return tf.unstack(run(network(0.5), size, inputs)).map((sample, i) => {
        const [dropped, kept] = [sample.dataSync(), plain[i].dataSync()];
        const factor = dropped[0] / kept[0];
        const same = dropped.every((value, j) => Math.abs(value - factor * kept[j]) < 1e-5);
        return same ? factor : NaN;
      });
    }).flat();
  });
}
