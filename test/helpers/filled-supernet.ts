/** Runs a part of a supernet on the values that the PyTorch fixtures are computed from. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { fillInput } from './fill.js';
import type { MapSummary, SupernetFixture } from './supernet-fixtures.js';
import { fillSupernetVariable } from './supernet-variables.js';

/** Runs `network` on the fixture's image and compares size and norm of its output. */
export function expectMapOf(fixture: SupernetFixture, network: Network, map: MapSummary): void {
  tf.tidy(() => {
    const { image: spec, options } = fixture;
    const variables = Object.fromEntries(
      declareNetwork(network, spec.shape).variables.map((variable) => [
        variable.name,
        tf.tensor(fillSupernetVariable(variable, options.blocks), [...variable.shape]),
      ]),
    );
    const image = tf.tensor4d(fillInput(spec), spec.shape as never);
    const { output } = applyNetwork(network, variables, image);
    expect(output.shape).toEqual([spec.shape[0], ...map.shape]);
    expect(tf.norm(output).dataSync()[0] / map.norm).toBeCloseTo(1, 5);
  });
}
