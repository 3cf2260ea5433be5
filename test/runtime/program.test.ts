import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../lib/runtime/compile.js';
import type { Step, StepDefinition } from '../../lib/runtime/program.js';
import { backends, useBackend } from '../helpers/backends.js';

describe.each(backends)('a program on %s', (backend) => {
  beforeAll(() => useBackend(backend));

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

  it('gives the part of the state that is asked for, be it nothing', () => {
    const program = compile({ a: tf.scalar(1), b: tf.scalar(2) }, {});
    expect(Object.keys(program.state(['b']))).toEqual(['b']);
    expect(program.state([])).toEqual({});
    program.load({});
    expect(program.state().b.dataSync()[0]).toBe(2);
    program.dispose();
    const stateless = compile({}, { one: { inputs: {}, step: () => ({ outputs: {} }) } });
    expect(stateless.state()).toEqual({});
    stateless.dispose();
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

  it('leaves the state as it is after a step that is not valid, and gives its outputs', () => {
    // w and v move as by momentum, which is one kernel in a graph; s by an assignment.
    const definition: StepDefinition = {
      inputs: { x: { shape: [] } },
      step: ({ w, v, s }, { x }) => {
        const velocity = tf.add(tf.mul(v, 0.5), x);
        return {
          outputs: { y: tf.add(s, x) },
          isValid: tf.less<tf.Scalar>(x, tf.scalar(10)),
          state: { v: velocity, w: tf.add(w, tf.mul(velocity, tf.scalar(-1))), s: x },
        };
      },
    };
    const silent: StepDefinition = {
      ...definition,
      step: (state, inputs) => ({ ...definition.step(state, inputs), outputs: {} }),
    };
    const initial = { w: tf.scalar(1), v: tf.scalar(2), s: tf.scalar(3) };
    const program = compile(initial, { move: definition, silent });
    const state = () => Object.values(program.state()).map((value) => value.dataSync()[0]);
    expect(program.run('move', { x: tf.scalar(20) }).y.dataSync()[0]).toBe(23);
    expect(program.run('silent', { x: tf.scalar(NaN) })).toEqual({});
    expect(state()).toEqual([1, 2, 3]);
    expect(program.run('move', { x: tf.scalar(4) }).y.dataSync()[0]).toBe(7);
    expect(state()).toEqual([-4, 5, 4]); // v = 0.5 · 2 + 4, w = 1 − 5
    program.run('silent', { x: tf.scalar(0) });
    expect(state()).toEqual([-6.5, 2.5, 0]);
    program.dispose();
  });

  it('refuses a validity that is no bool scalar', () => {
    const step: Step = (_, { x }) => ({ outputs: {}, isValid: x as tf.Scalar });
    expect(() =>
      compile({}, { odd: { step, inputs: { x: { shape: [] } } } }).run('odd', { x: tf.scalar(1) }),
    ).toThrow('step: expected a bool scalar as isValid, got float32 []');
  });

  it('gives out copies: neither state nor input ends with an output', () => {
    const program = compile(
      { s: tf.scalar(3) },
      {
        pass: {
          inputs: { x: { shape: [] } },
          step: ({ s }, { x }) => ({ outputs: { s, x }, state: { s: x } }),
        },
      },
    );
    const x = tf.scalar(4);
    const outputs = program.run('pass', { x });
    expect([outputs.s.dataSync()[0], outputs.x.dataSync()[0]]).toEqual([3, 4]);
    tf.dispose(outputs);
    expect(x.isDisposed).toBe(false);
    x.dispose();
    expect(program.state().s.dataSync()[0]).toBe(4);
    program.dispose();
  });
});
