/** Steps as people write them: compiled and eager programs agree, and what cannot work says so. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BackendError, ConfigError, ShapeError } from '../../lib/errors.js';
import { randomUniform } from '../../lib/ops/random-uniform.js';
import { compile } from '../../lib/runtime/compile.js';
import type { Program, Step } from '../../lib/runtime/program.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { backends, useBackend } from '../helpers/backends.js';

const modes = backends.includes('tensorflow')
  ? (['graph', 'eager'] as const)
  : (['eager'] as const);

const programs: Program[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) {
    program.dispose();
  }
});

const INPUTS = { x: { shape: [2] } } as const;

function programOf(mode: 'graph' | 'eager', initial: NamedTensors, step: Step): Program {
  const program = compile(initial, { step: { inputs: INPUTS, step } }, { mode });
  programs.push(program);
  return program;
}

/** The loss (Σ (w − x)²) and its gradient 2 (w − x). */
function lossOf(w: tf.Tensor, x: tf.Tensor) {
  return { loss: tf.sum(tf.squaredDifference(w, x)), g: tf.mul(2, tf.sub(w, x)) };
}

const steps: Readonly<Record<string, Step>> = {
  'momentum written m · v + g': ({ w, v }, { x }) => {
    const { loss, g } = lossOf(w, x);
    const velocity = tf.add(tf.mul(v, 0.9), g);
    return {
      outputs: { loss },
      state: { w: tf.sub(w, tf.mul(velocity, 0.1)), v: velocity },
    };
  },
  'momentum written g + m · v': ({ w, v }, { x }) => {
    const { loss, g } = lossOf(w, x);
    const velocity = tf.add(g, tf.mul(0.9, v));
    return {
      outputs: { loss },
      state: { w: tf.add(w, tf.mul(-0.1, velocity)), v: velocity },
    };
  },
  'momentum whose new velocity is an output, too': ({ w, v }, { x }) => {
    const velocity = tf.add(tf.mul(v, tf.scalar(0.9)), lossOf(w, x).g);
    const moved = tf.add(w, tf.mul(velocity, tf.scalar(-0.1)));
    return { outputs: { velocity, moved }, state: { w: moved, v: velocity } };
  },
  'momentum whose old velocity is an output, too': ({ w, v }, { x }) => {
    const velocity = tf.add(tf.mul(v, 0.9), lossOf(w, x).g);
    return { outputs: { v }, state: { w: tf.add(w, tf.mul(velocity, -0.1)), v: velocity } };
  },
  'momentum with a gradient that is broadcast': ({ w, v }, { x }) => {
    const velocity = tf.add(tf.mul(v, 0.9), tf.sum(lossOf(w, x).g));
    return { outputs: {}, state: { w: tf.add(w, tf.mul(velocity, -0.1)), v: velocity } };
  },
  'a weight used many times': ({ w, v }, { x }) => {
    const y = tf.addN([w, w, tf.mul(w, w), tf.mul(x, w), w]);
    return { outputs: { y: tf.sum(y) }, state: { w: tf.mul(w, 0.5), v: tf.add(v, w) } };
  },
  'plain gradient descent': ({ w }, { x }) => {
    const { loss, g } = lossOf(w, x);
    return { outputs: { loss }, state: { w: tf.sub(w, tf.mul(g, 0.1)) } };
  },
  'a step without outputs': ({ w }, { x }) => ({ outputs: {}, state: { w: tf.add(w, x) } }),
  'a step without inputs or state': () => ({ outputs: { one: tf.ones([2]) } }),
  'old state as output': ({ w }, { x }) => ({ outputs: { old: w }, state: { w: tf.add(w, x) } }),
  'old state as new state of another': ({ w, v }, { x }) => ({
    outputs: { sum: tf.add(w, x) },
    state: { w: v, v: w },
  }),
  'the same state again': ({ w }) => ({ outputs: { w }, state: { w } }),
  'an input as output and as state': (_, { x }) => ({ outputs: { x }, state: { w: x } }),
};

/** What five calls give, by plain tensors alone. */
function byHand(step: Step): number[][] {
  return tf.tidy(() => {
    let state: NamedTensors = { w: tf.tensor1d([3, -2]), v: tf.tensor1d([0.5, 1]) };
    return [1, 2, 3, 4, 5].map((i) => {
      const { outputs, state: changes } = step(state, { x: tf.tensor1d([i, -i]) });
      state = { ...state, ...changes };
      return [...Object.values(outputs), state.w, state.v].flatMap((t) => [...t.dataSync()]);
    });
  });
}

describe.each(modes)('a program of mode %s', (mode) => {
  beforeAll(() => useBackend(mode === 'graph' ? 'tensorflow' : backends[0]));

  it.each(Object.entries(steps))('runs %s', (_, step) => {
    const initial = { w: tf.tensor1d([3, -2]), v: tf.tensor1d([0.5, 1]) };
    const program = programOf(mode, initial, step);
    const seen = [1, 2, 3, 4, 5].map((i) => {
      const outputs = program.run('step', { x: tf.tensor1d([i, -i]) });
      const { w, v } = program.state();
      return [...Object.values(outputs), w, v].flatMap((t) => [...t.dataSync()]);
    });
    byHand(step).forEach((expected, call) => {
      expect(seen[call]).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(seen[call][i]).toBeCloseTo(value, 4);
      });
    });
  });

  it('gives the old velocity of every variable, in every run', () => {
    // What reads a velocity and what changes it in place must not race: 40 variables, 300 runs.
    const names = Array.from({ length: 40 }, (_, i) => String(i));
    const zeros: NamedTensors = Object.fromEntries(
      names.flatMap((i) =>
        [`w${i}`, `v${i}`, `old${i}`].map((name) => [name, tf.zeros([2])] as const),
      ),
    );
    const program = programOf(mode, zeros, (state, { x }) => {
      const all = names.map((i) => {
        const [w, v] = [state[`w${i}`], state[`v${i}`]];
        const velocity = tf.add(tf.mul(v, 0.5), x);
        const moved = tf.add(w, tf.mul(velocity, -0.1));
        return {
          output: [i, v] as const,
          state: { [`w${i}`]: moved, [`v${i}`]: velocity, [`old${i}`]: v },
        };
      });
      return {
        outputs: Object.fromEntries(all.map(({ output }) => output)),
        state: Object.assign({}, ...all.map((one) => one.state)) as NamedTensors,
      };
    });
    const input = { x: tf.tensor1d([1, 1]) };
    let expected = 0;
    for (let run = 0; run < 300; run++) {
      const outputs = program.run('step', input);
      const state = program.state();
      const seen = names.flatMap((i) => [outputs[i].dataSync()[0], state[`old${i}`].dataSync()[0]]);
      expect(new Set(seen)).toEqual(new Set([expected]));
      tf.dispose([outputs, state]);
      expected = Math.fround(expected * 0.5 + 1);
    }
  });

  const w = () => ({ w: tf.tensor1d([3, -2]) });
  const x = () => ({ x: tf.tensor1d([1, 2]) });
  const fine: Step = (state, inputs) => ({ outputs: { y: tf.add(state.w, inputs.x) } });

  it.each<[string, () => tf.Tensor]>([
    ['tf.dropout', () => tf.dropout(tf.ones([2]), 0.5)],
    ['tf.randomUniform', () => tf.randomUniform([2])],
    ['tf.randomNormal', () => tf.randomNormal([2])],
    // oxlint-disable-next-line no-restricted-properties
    ['Math.random', () => tf.scalar(Math.random())],
  ])('refuses %s and says how to do it', (_, draw) => {
    const step: Step = (state) => ({ outputs: { y: tf.mul(state.w, draw()) } });
    const { random } = Math; // oxlint-disable-line no-restricted-properties
    expect(() => programOf(mode, w(), step).run('step', x())).toThrow(
      /no random numbers but those that follow from its inputs.*ops\.randomUniform/,
    );
    expect(Math.random).toBe(random); // oxlint-disable-line no-restricted-properties
  });

  it('draws anew for each seed that is an input', () => {
    const program = compile(
      {},
      {
        step: {
          inputs: { seed: { shape: [2], dtype: 'int32' } },
          step: (_, { seed }) => ({ outputs: { y: randomUniform([4], seed as tf.Tensor1D) } }),
        },
      },
      { mode },
    );
    programs.push(program);
    const draw = (seed: number) =>
      [...program.run('step', { seed: tf.tensor1d([seed, 1], 'int32') }).y.dataSync()].join();
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
  });

  it('refuses an asynchronous step', () => {
    const step = (async (state: NamedTensors) => {
      await Promise.resolve();
      return { outputs: { y: state.w } };
    }) as unknown as Step;
    expect(() => programOf(mode, w(), step).run('step', x())).toThrow(/got a promise/);
  });

  it('refuses state that is new, or of another shape or type', () => {
    const changing =
      (state: NamedTensors): Step =>
      () => ({ outputs: {}, state });
    for (const [state, error] of [
      [{ w: tf.zeros([3]) }, ShapeError],
      [{ w: tf.zeros([2], 'int32') }, ShapeError],
      [{ u: tf.zeros([2]) }, ConfigError],
    ] as const) {
      expect(() => programOf(mode, w(), changing(state)).run('step', x())).toThrow(error);
    }
  });

  it('refuses texts as outputs, and a call without inputs', () => {
    const texts: Step = () => ({ outputs: { name: tf.tensor1d(['a']) } });
    expect(() => programOf(mode, w(), texts).run('step', x())).toThrow(ConfigError);
    expect(() => programOf(mode, w(), texts).run('step', x())).toThrow(
      'output name: expected a tensor of float32, int32 or bool, got one of string',
    );
    const program = programOf(mode, w(), fine);
    expect(() => program.run('step', undefined as unknown as NamedTensors)).toThrow(
      'step step: expected its inputs as an object of tensors, got undefined; give {}',
    );
    expect(() => program.run('step', {})).toThrow(ConfigError);
  });

  it('checks what is loaded', () => {
    const program = programOf(mode, w(), fine);
    expect(() => {
      program.load({ w: tf.zeros([3]) });
    }).toThrow('state w: expected float32 [2], got float32 [3]');
    expect(() => {
      program.load({ w: tf.zeros([2], 'int32') });
    }).toThrow(ShapeError);
    expect(() => {
      program.load({ u: tf.zeros([2]) });
    }).toThrow(ConfigError);
    expect([...program.state().w.dataSync()]).toEqual([3, -2]);
  });

  it('refuses every call once it was disposed; disposing twice does no harm', () => {
    const program = programOf(mode, w(), fine);
    program.dispose();
    program.dispose();
    for (const call of [
      () => program.run('step', x()),
      () => program.state(),
      () => {
        program.load(w());
      },
    ]) {
      expect(call).toThrow(/got one that was disposed/);
      expect(call).toThrow(BackendError);
    }
  });
});

describe('a program under another backend', () => {
  it.runIf(backends.includes('tensorflow'))('says which backend it needs', async () => {
    await useBackend('tensorflow');
    const step: Step = (_, { x }) => ({ outputs: { y: tf.add(x, 1) } });
    const program = programOf('graph', {}, step);
    await useBackend('wasm');
    expect(() => program.run('step', { x: tf.tensor1d([1, 2]) })).toThrow(
      /expected the backend tensorflow that it was compiled for, got wasm/,
    );
    await useBackend('tensorflow');
    expect([...program.run('step', { x: tf.tensor1d([1, 2]) }).y.dataSync()]).toEqual([2, 3]);
  });
});
