import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../lib/backend/use-backend.js';
import { applyNetwork } from '../../../lib/nn/apply.js';
import { countParameters, declareNetwork } from '../../../lib/nn/declare.js';
import { softmaxCrossEntropy } from '../../../lib/ops/cross-entropy.js';
import { resolveSearchSpace, type SearchSpaceOptions } from '../../../lib/search-space/options.js';
import { supernet } from '../../../lib/search-space/supernet/supernet.js';
import { backends } from '../../helpers/backends.js';
import { fillImage, fillInput, type FillSpec } from '../../helpers/fill.js';
import { fillSupernetVariable, partsOf } from '../../helpers/supernet-variables.js';

interface Fixture {
  readonly name: string;
  readonly options: {
    layers: number;
    filterMultiplier: number;
    blocks: number;
    classes: number;
    stem: [number, number];
    missing: 'resize' | 'drop';
    shareCellWeights: boolean;
    projection: 'none' | 'conv';
    affine: { stem: boolean; cell: boolean };
  };
  readonly image: FillSpec;
  readonly labels: FillSpec;
  readonly parameters: number;
  readonly logits: { shape: number[]; positions: number[]; logits: number[] };
  readonly loss: number;
  readonly alphaGradient: number[];
  readonly betaGradient: number[];
  readonly weightGradients: Record<string, [number, number, number]>;
}

const folder = new URL('../fixtures/supernet/', import.meta.url);
const fixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture);

function optionsOf({ options }: Fixture): SearchSpaceOptions {
  const { affine, stem, missing, shareCellWeights, projection, ...size } = options;
  return resolveSearchSpace({
    ...size,
    stemWidths: stem,
    missingInput: missing,
    cellWeights: shareCellWeights ? 'shared' : 'separate',
    asppProjection: projection,
    bnAffine: affine.cell ? 'all' : affine.stem ? 'outside-cells' : 'none',
  });
}

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

  const cases = backend === 'tensorflow' ? fixtures : fixtures.slice(-2);
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

        const logits = tf.reshape(forward(...values), [-1, options.classes]);
        const seen = tf.gather(logits, tf.tensor1d(fixture.logits.positions, 'int32')).dataSync();
        const scale = Math.max(...fixture.logits.logits.map(Math.abs));
        fixture.logits.logits.forEach((expected, i) => {
          expect(Math.abs(seen[i] - expected) / scale).toBeLessThan(1e-4);
        });

        const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
          softmaxCrossEntropy(forward(...tensors), labels),
        )(values);
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
