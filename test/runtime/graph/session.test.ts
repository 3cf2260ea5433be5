import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { isOwnBinding } from '../../../lib/ops/native-kernels.js';
import { compile } from '../../../lib/runtime/compile.js';
import { backends, useBackend } from '../../helpers/backends.js';

/** Hides functions of the binding while `work` runs. */
async function without(names: readonly string[], work: () => Promise<void>): Promise<void> {
  const backend = tf.backend() as unknown as { binding: object };
  const { binding } = backend;
  backend.binding = new Proxy(binding, {
    get: (target, name): unknown =>
      names.includes(String(name)) ? undefined : Reflect.get(target, name),
  });
  try {
    await work();
  } finally {
    backend.binding = binding;
  }
}

const counter = () =>
  compile(
    { total: tf.scalar(1), kept: tf.tensor1d([2, 3]) },
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

describe.runIf(backends.includes('tensorflow'))('a session', () => {
  beforeAll(() => useBackend('tensorflow'));

  it("is that of tfjs's own binding where there is no other", () =>
    without(['openSession', 'ownOperations'], async () => {
      expect(isOwnBinding()).toBe(false);
      const program = counter();
      const x = tf.scalar(2);
      expect(program.run('add', { x }).sum.dataSync()[0]).toBe(3);
      expect((await program.runAsync('add', { x })).sum.dataSync()[0]).toBe(5);
      expect([...program.state(['kept']).kept.dataSync()]).toEqual([2, 3]);
      program.load({ total: tf.scalar(7) });
      expect(program.run('add', { x }).sum.dataSync()[0]).toBe(9);
      program.dispose();
    }));

  it('is refused by a binding of our set-up that is older', async () => {
    if (isOwnBinding()) {
      await without(['openSession'], () => {
        expect(counter).toThrow(
          /expected the native backend as the set-up of this version builds it, .* run: npx autodeeplab setup$/,
        );
        return Promise.resolve();
      });
    }
  });
});
