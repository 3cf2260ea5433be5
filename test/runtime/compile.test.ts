import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../lib/backend/use-backend.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import { adam } from '../../lib/optimizer/adam.js';
import { applyUpdates } from '../../lib/optimizer/apply-updates.js';
import { lossAndGradients } from '../../lib/optimizer/gradients.js';
import { sgd } from '../../lib/optimizer/sgd.js';
import type { GradientTransform } from '../../lib/optimizer/transform.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { softmaxCrossEntropy } from '../../lib/ops/index.js';
import { Random } from '../../lib/random.js';
import { compile } from '../../lib/runtime/compile.js';
import type { Program, Step, StepDefinition } from '../../lib/runtime/program.js';
import { resolveSearchSpace } from '../../lib/search-space/options.js';
import { supernet } from '../../lib/search-space/supernet/supernet.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import type { Network } from '../../lib/nn/scope.js';
import { backends } from '../helpers/backends.js';
import { withPrefix, withoutPrefix, type NamedTensors } from '../../lib/tensors.js';

const SIZE = 33;
const CLASSES = 4;

/** A training step of a network: gradient, optimizer, moving statistics. */
function trainingStep(
  network: Network,
  names: readonly string[],
  optimizer: GradientTransform,
): Step {
  return (state, { image, labels, learningRate, seed, progress }) => {
    const variables = withoutPrefix('variables', state);
    let updates: NamedTensors = {};
    const loss = (...tensors: tf.Tensor[]) => {
      const trained = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
      const training = { seed: seed as tf.Scalar, progress: progress as tf.Scalar };
      const given = { ...variables, ...trained };
      const result = applyNetwork(network, given, image as tf.Tensor4D, training);
      updates = Object.fromEntries(
        Object.entries(result.updates).map(([name, tensor]) => [name, tf.keep(tensor)]),
      );
      return softmaxCrossEntropy(result.output, labels as tf.Tensor3D);
    };
    const trained = Object.fromEntries(names.map((name) => [name, variables[name]]));
    const { loss: value, gradients } = lossAndGradients(
      (parameters) => loss(...names.map((name) => parameters[name])),
      trained,
    );
    const moments = withoutPrefix('optimizer', state);
    const context = { learningRate: learningRate as tf.Scalar };
    const result = optimizer.update(gradients, moments, variables, context);
    const after = applyUpdates(variables, result.updates);
    return {
      outputs: { loss: value },
      state: {
        ...withPrefix('variables', { ...after, ...updates }),
        ...withPrefix('optimizer', result.state),
      },
    };
  };
}

interface Problem {
  readonly initial: NamedTensors;
  readonly steps: Readonly<Record<string, StepDefinition>>;
}

function problem(network: Network, optimizer: GradientTransform, size = SIZE): Problem {
  const { variables } = declareNetwork(network, [2, size, size, 3]);
  const values = initializeVariables(variables, new Random(3));
  const names = variables.filter(({ trainable }) => trainable).map(({ name }) => name);
  const trained = Object.fromEntries(names.map((name) => [name, values[name]]));
  const inputs = {
    image: { shape: [2, size, size, 3] },
    labels: { shape: [2, size, size], dtype: 'int32' as const },
    learningRate: { shape: [] },
    seed: { shape: [], dtype: 'int32' as const },
    progress: { shape: [] },
  };
  return {
    initial: {
      ...withPrefix('variables', values),
      ...withPrefix('optimizer', optimizer.init(trained)),
    },
    steps: { train: { step: trainingStep(network, names, optimizer), inputs } },
  };
}

/** Losses of some steps; each with an image, a learning rate and a seed of its own. */
function run(program: Program, steps: number, size = SIZE): number[] {
  return Array.from({ length: steps }, (_, i) =>
    tf.tidy(() => {
      const shape: [number, number, number] = [2, size, size];
      const { loss } = program.run('train', {
        image: tf.randomUniform([...shape, 3], -1, 1, 'float32', 10 + i),
        labels: tf.randomUniform(shape, 0, CLASSES, 'int32', 20 + i),
        learningRate: tf.scalar(0.01 / (i + 1)),
        seed: tf.scalar(i, 'int32'),
        progress: tf.scalar(i / steps),
      });
      return loss.dataSync()[0];
    }),
  );
}

const smallSupernet = supernet(
  resolveSearchSpace({ layers: 2, filterMultiplier: 2, blocks: 1, classes: CLASSES }),
);
const widerSupernet = supernet(
  resolveSearchSpace({ layers: 2, filterMultiplier: 8, blocks: 2, classes: CLASSES }),
);
const smallNetwork = (dropPathKeepProbability: number) =>
  segmentationNetwork({
    architecture: { ...publishedArchitecture, path: [0, 0, 1] },
    filterMultiplier: 2,
    classes: CLASSES,
    dropPathKeepProbability,
  });

describe.runIf(backends.includes('tensorflow'))('a compiled step', () => {
  beforeAll(async () => {
    await useBackend('tensorflow');
  });

  it.each([
    ['a supernet with SGD', smallSupernet, sgd({ weightDecay: 3e-4 }), 50],
    ['a supernet with Adam', smallSupernet, adam(), 50],
    ['a network with dropout', smallNetwork(1), sgd(), 50],
    ['a network with dropout and drop path', smallNetwork(0.6), adam(), 50],
  ] as const)('gives the losses and weights of eager steps: %s', (_, network, optimizer, steps) => {
    const { initial, steps: definitions } = problem(network, optimizer);
    const eager = compile(initial, definitions, { mode: 'eager' });
    const graph = compile(initial, definitions, { mode: 'graph' });
    const expected = run(eager, steps);
    const losses = run(graph, steps);
    losses.forEach((loss, i) => {
      expect(Math.abs(loss - expected[i])).toBeLessThan(2e-3 * Math.abs(expected[i]));
    });
    expect(losses[0]).toBeCloseTo(expected[0], 5);
    const [a, b] = [eager.state(), graph.state()];
    expect(Object.keys(b)).toEqual(Object.keys(a));
    const distance = (names: string[]) =>
      names.reduce(
        (sum, name) => sum + tf.sum(tf.squaredDifference(a[name], b[name])).dataSync()[0],
        0,
      );
    const size = (names: string[]) =>
      names.reduce((sum, name) => sum + tf.sum(tf.square(a[name])).dataSync()[0], 0);
    const weights = Object.keys(a).filter((name) => name.startsWith('variables/'));
    expect(Math.sqrt(distance(weights) / size(weights))).toBeLessThan(2e-3);
    tf.dispose([a, b, initial]);
    eager.dispose();
    graph.dispose();
  });

  it.each([
    ['a supernet', widerSupernet, 97, 0.9],
    ['a network with dropout and drop path', smallNetwork(0.6), 193, 1],
  ] as const)('gives the same when parts are computed again: %s', (_, network, size, share) => {
    const { initial, steps } = problem(network, sgd({ weightDecay: 3e-4 }), size);
    const kept = compile(initial, steps, { mode: 'graph', recompute: 'none' });
    const expected = run(kept, 3, size);
    for (const recompute of ['cheap', 'all'] as const) {
      const again = compile(initial, steps, { mode: 'graph', recompute });
      expect(again.memory?.recompute).toBe(recompute);
      expect(again.memory!.step).toBeLessThan(share * kept.memory!.step);
      run(again, 3, size).forEach((loss, i) => {
        expect(Math.abs(loss - expected[i])).toBeLessThan(1e-4 * Math.abs(expected[i]));
      });
      again.dispose();
    }
    kept.dispose();
    tf.dispose(initial);
  });

  it('computes parts again only where memory is short, and refuses what does not fit', () => {
    const { initial, steps } = problem(widerSupernet, sgd(), 97);
    const totalOf = (recompute: 'none' | 'all') => {
      const program = compile(initial, steps, { mode: 'graph', recompute });
      program.dispose();
      return program.memory!.total;
    };
    const [most, least] = [totalOf('none'), totalOf('all')];
    const roomy = compile(initial, steps, { mode: 'graph', memoryLimit: 8 * most });
    expect(roomy.memory?.recompute).toBe('none');
    roomy.dispose();
    const tight = compile(initial, steps, { mode: 'graph', memoryLimit: least + 1 });
    expect(tight.memory?.recompute).toBe('all');
    tight.dispose();
    expect(() => compile(initial, steps, { mode: 'graph', memoryLimit: least - 1 })).toThrow(
      /memory: expected steps that need at most .* GiB, got about .* GiB .*smaller crop or batch/,
    );
    tf.dispose(initial);
  });

  it('keeps its state between calls, gives it out and takes it back', () => {
    const program = compile(
      { total: tf.scalar(1) },
      {
        add: {
          inputs: { x: { shape: [] } },
          step: ({ total }, { x }) => {
            const sum = tf.add(total, x);
            return { outputs: { sum }, state: { total: sum } };
          },
        },
      },
    );
    expect(program.mode).toBe('graph');
    expect(program.run('add', { x: tf.scalar(2) }).sum.dataSync()[0]).toBe(3);
    expect(program.run('add', { x: tf.scalar(4) }).sum.dataSync()[0]).toBe(7);
    program.load({ total: tf.scalar(-1) });
    expect(program.run('add', { x: tf.scalar(4) }).sum.dataSync()[0]).toBe(3);
    expect(program.state(['total']).total.dataSync()[0]).toBe(3);
    program.dispose();
  });

  it('reads the state before it changes, whatever the order of the outputs', () => {
    const program = compile(
      { a: tf.scalar(1), b: tf.scalar(2) },
      {
        swap: {
          inputs: {},
          step: ({ a, b }) => ({ outputs: { before: tf.sub(a, b) }, state: { a: b, b: a } }),
        },
      },
    );
    const differences = [0, 1, 2].map(() => program.run('swap', {}).before.dataSync()[0]);
    expect(differences).toEqual([-1, 1, -1]);
    program.dispose();
  });

  it('leaves no tensor behind', () => {
    const { initial, steps } = problem(smallSupernet, sgd());
    const program = compile(initial, steps);
    run(program, 1);
    const before = tf.memory().numTensors;
    run(program, 3);
    expect(tf.memory().numTensors).toBe(before);
    program.dispose();
    tf.dispose(initial);
  });

  it('names the operation that it cannot compile', () => {
    const step: Step = (_, { x }) => ({ outputs: { y: tf.cumsum(x) } });
    const definition = { cumulate: { step, inputs: { x: { shape: [3] } } } };
    expect(() => compile({}, definition)).toThrow(
      /Cumsum at .*compile\.test\.ts:\d+; express the step without it/,
    );
  });

  it('refuses a step that reads a value', () => {
    const step: Step = (_, { x }) => ({ outputs: { y: tf.mul(x, x.dataSync()[0]) } });
    const definition = { read: { step, inputs: { x: { shape: [3] } } } };
    expect(() => compile({}, definition)).toThrow(/reads the value of a tensor/);
  });
});

describe.each(backends)('a program on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it('refuses unknown steps, missing inputs and wrong shapes', () => {
    const step: Step = (_, { x }) => ({ outputs: { y: tf.neg(x) } });
    const program = compile(
      { s: tf.scalar(0) },
      { negate: { step, inputs: { x: { shape: [2] } } } },
    );
    expect(() => program.run('halve', {})).toThrow('expected one of negate, got halve');
    expect(() => program.run('negate', {})).toThrow(
      'step negate, inputs: expected a tensor called "x"',
    );
    expect(() => program.run('negate', { x: tf.zeros([3]) })).toThrow('expected float32 [2]');
    expect(() => program.state(['t'])).toThrow('state: expected a tensor called "t"');
    expect(() => {
      program.load({ t: tf.scalar(0) });
    }).toThrow('state: expected a tensor called "t"');
    program.dispose();
  });
});
