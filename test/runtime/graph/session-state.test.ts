import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GraphSession } from '../../../lib/runtime/graph/session.js';
import { SessionState } from '../../../lib/runtime/graph/session-state.js';
import { useBackend } from '../../helpers/backends.js';

const slot = (name: string) => ({ handle: name, value: `${name}:0`, dtype: 'float32' as const });
const written = {
  slots: new Map([
    ['a', slot('a')],
    ['b', slot('b')],
  ]),
  loaded: 'loaded',
};

/** A session that notes what is fetched, and fails at a fetch as long as it is among those that fail. */
function fakeSession(failing: Set<string>) {
  const fetched: string[] = [];
  const session: GraphSession = {
    isExtensible: true,
    run: (_, fetches) => {
      fetched.push(fetches.join());
      if (fetches.some((one) => failing.has(one))) {
        throw new Error('no memory');
      }
      return fetches.map(() => tf.scalar(1));
    },
    runAsync: () => Promise.reject(new Error('unused')),
    extend: () => undefined,
    close: () => undefined,
  };
  return { session, fetched };
}

describe('SessionState', () => {
  beforeAll(() => useBackend('wasm'));

  it('prepares what steps take from it once after each load, also of a part', () => {
    const { session, fetched } = fakeSession(new Set());
    const state = new SessionState(session, written, 'prepared');
    const value = tf.scalar(2);
    const before = tf.memory().numTensors;
    state.load({ a: value, b: value });
    state.prepare();
    state.load({ b: value });
    expect(fetched).toEqual(['loaded', 'prepared', 'a:0', 'loaded', 'prepared']);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['loaded', 'prepared'])('prepares again after a failure at %s', (fetch) => {
    const failing = new Set<string>();
    const { session, fetched } = fakeSession(failing);
    const state = new SessionState(session, written, 'prepared');
    const value = tf.scalar(2);
    state.load({ a: value, b: value });
    const before = tf.memory().numTensors;
    failing.add(fetch);
    expect(() => {
      state.load({ a: value });
    }).toThrow('no memory');
    expect(tf.memory().numTensors).toBe(before);
    failing.clear();
    fetched.length = 0;
    state.prepare();
    state.prepare();
    expect(fetched).toEqual(['prepared']);
  });
});
