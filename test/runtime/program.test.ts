import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../lib/runtime/compile.js';
import type { Step } from '../../lib/runtime/program.js';
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
