import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { constant } from '../../lib/nn/initializers.js';
import { Scope, type VariableSpec } from '../../lib/nn/scope.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

/** A scope that notes what it is asked. */
function notingScope(training = true) {
  const specs: VariableSpec[] = [];
  const asked: string[] = [];
  const scope = new Scope({
    training,
    progress: undefined,
    variable: (spec) => {
      specs.push(spec);
      return tf.zeros([...spec.shape]);
    },
    update: (name) => asked.push(`update ${name}`),
    seed: (name) => {
      asked.push(`seed ${name}`);
      return undefined;
    },
  });
  return { scope, specs, asked };
}

describe('Scope', () => {
  it('joins names from the root to the variable', () => {
    const { scope, specs, asked } = notingScope();
    scope.variable('w', [2], constant(0));
    const inner = scope.child('cell0').child('block1');
    inner.variable('w', [3], constant(0));
    inner.update('moving_mean', tf.scalar(0));
    inner.seed('dropout');
    expect(specs.map(({ name }) => name)).toEqual(['w', 'cell0/block1/w']);
    expect(asked).toEqual(['update cell0/block1/moving_mean', 'seed cell0/block1/dropout']);
  });

  it('tells variables their section, children included', () => {
    const { scope, specs } = notingScope();
    const aspp = scope.section('aspp');
    aspp.child('pool').variable('w', [1], constant(0));
    aspp.section('logits').variable('w', [1], constant(0));
    scope.variable('w', [1], constant(0));
    expect(specs.map(({ section }) => section)).toEqual(['aspp', 'logits', '']);
  });

  it('describes variables, with the defaults of a convolution', () => {
    const { scope, specs } = notingScope();
    scope.variable('w', [3, 3, 4, 8], constant(0));
    scope.variable('b', [8], constant(0), { decay: false, learningRateScale: 2, classAxis: 0 });
    scope.variable('mean', [8], constant(0), { trainable: false });
    expect(specs).toMatchObject([
      { trainable: true, decay: true, learningRateScale: 1, outputAxis: 3, classAxis: undefined },
      { trainable: true, decay: false, learningRateScale: 2, outputAxis: 0, classAxis: 0 },
      { trainable: false, decay: false },
    ]);
  });
});
