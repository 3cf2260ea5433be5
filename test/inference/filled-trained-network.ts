/** A trained network without training. */
import * as tf from '@tensorflow/tfjs-core';
import type { TrainedNetwork } from '../../lib/inference/trained-network.js';
import { derivedNetwork } from '../../lib/retrain/network.js';
import { resolveRetrainConfig, type RetrainConfig } from '../../lib/retrain/options.js';
import { Predictor } from '../../lib/training/predictor.js';
import { filledVariables } from '../helpers/filled-network.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';

const CLASSES = 7;

/** A network whose variables follow from their names. */
export function filledNetwork(changes: Partial<RetrainConfig> = {}): TrainedNetwork {
  const options = resolveRetrainConfig({ filterMultiplier: 1, ...changes }, 'tiny');
  const network = derivedNetwork(TINY_ARCHITECTURE, options, CLASSES);
  const variables = filledVariables(network, [1, 33, 33, 3]);
  const predictor = new Predictor(network, variables);
  tf.dispose(variables);
  return {
    folder: 'none',
    checkpoint: 'best',
    weights: { step: 0, digest: 'none' },
    architecture: TINY_ARCHITECTURE,
    classes: Array.from({ length: CLASSES }, (_, i) => ({
      name: `class ${i}`,
      color: [i, i, i],
      labelValues: [i],
    })),
    datasetName: 'none',
    labelPng: 'grey',
    options,
    precision: 'float32',
    predictor,
  };
}
