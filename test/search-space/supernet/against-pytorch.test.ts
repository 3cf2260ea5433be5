/** The supernet, its loss and all gradients against PyTorch. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../lib/backend/use-backend.js';
import { applyNetwork } from '../../../lib/nn/apply.js';
import { countParameters, declareNetwork } from '../../../lib/nn/declare.js';
import { softmaxCrossEntropy } from '../../../lib/ops/cross-entropy.js';
import { supernet } from '../../../lib/search-space/supernet/supernet.js';
import { backends } from '../../helpers/backends.js';
import { fillImage, fillInput } from '../../helpers/fill.js';
import { optionsOf, supernetFixtures } from '../../helpers/supernet-fixtures.js';
import { fillSupernetVariable, partsOf } from '../../helpers/supernet-variables.js';

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
}

/** Norm and two projections of a gradient, as the reference stores them. */
function summary(name: string, shape: number[], gradient: ArrayLike<number>): number[] {
  const probes = ['probe1', 'probe2'].map((probe) => fillImage(`${probe}/${name}`, shape));
  return [Math.sqrt(dot(gradient, gradient)), ...probes.map((probe) => dot(gradient, probe))];
}

describe.each(backends)('the supernet on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  const cases = backend === 'tensorflow' ? supernetFixtures : supernetFixtures.slice(-2);
  describe.each(cases)('$name', (fixture) => {
    it.each(['fused', 'plain'] as const)('equals PyTorch in %s form', (evaluation) => {
      const options = optionsOf(fixture);
      const network = supernet(options, evaluation);
      const { variables, outputShape } = declareNetwork(network, fixture.image.shape);
      expect(outputShape).toEqual(fixture.logits.shape);
      const architecture = fixture.alphaGradient.length + fixture.betaGradient.length;
      expect(countParameters(variables)).toBe(fixture.parameters + architecture);
      tf.tidy(() => {
        const names = variables.map(({ name }) => name);
        const values = variables.map((spec) =>
          tf.tensor(fillSupernetVariable(spec, options.blocks), [...spec.shape]),
        );
        const image = tf.tensor4d(fillInput(fixture.image), fixture.image.shape as never);
        const labels = tf.tensor3d(
          fillInput(fixture.labels),
          fixture.labels.shape as never,
          'int32',
        );
        const forward = (...tensors: tf.Tensor[]) =>
          applyNetwork(network, Object.fromEntries(names.map((n, i) => [n, tensors[i]])), image)
            .output;

        let output: tf.Tensor4D = image;
        const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
          output = tf.keep(forward(...tensors));
          return softmaxCrossEntropy(output, labels);
        })(values);
        const logits = tf.reshape(output, [-1, options.classes]);
        const seen = tf.gather(logits, tf.tensor1d(fixture.logits.positions, 'int32')).dataSync();
        const scale = Math.max(...fixture.logits.logits.map(Math.abs));
        fixture.logits.logits.forEach((expected, i) => {
          expect(Math.abs(seen[i] - expected) / scale).toBeLessThan(1e-4);
        });
        output.dispose();

        expect(value.dataSync()[0]).toBeCloseTo(fixture.loss, 4);
        const expected: Record<string, number[]> = { ...fixture.weightGradients };
        const largest = Math.max(...Object.values(fixture.weightGradients).map(([norm]) => norm));
        names.forEach((name, v) => {
          const gradient = grads[v].dataSync();
          if (name.startsWith('architecture/')) {
            const whole = name.endsWith('alpha') ? fixture.alphaGradient : fixture.betaGradient;
            const limit = 1e-3 * Math.max(...whole.map(Math.abs));
            whole.forEach((wanted, i) => {
              expect(Math.abs(gradient[i] - wanted)).toBeLessThan(limit);
            });
            return;
          }
          for (const part of partsOf(variables[v], options.blocks)) {
            const own = Array.from(part.indices, (index) => gradient[index]);
            const wanted = expected[part.name];
            const limit = 1e-3 * (wanted[0] + 1e-3 * largest);
            summary(part.name, part.shape, own).forEach((got, i) => {
              expect(Math.abs(got - wanted[i]), `${part.name} [${i}]`).toBeLessThanOrEqual(limit);
            });
            delete expected[part.name];
          }
        });
        const unused = Object.values(expected).filter(([norm]) => norm > 0);
        expect(unused).toEqual([]);
      });
    });
  });
});
