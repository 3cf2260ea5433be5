import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { repeatChannels, repeatPixel } from '../../lib/ops/repeat.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';

describe.each(backends)('repeating on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('puts copies of all channels side by side', () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 1, 2]);
    const y = repeatChannels(x, 2);
    expect(y.shape).toEqual([1, 2, 1, 4]);
    expect([...y.dataSync()]).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect([...repeatChannels(x, 1).dataSync()]).toEqual([1, 2, 3, 4]);
  });

  it('puts one pixel everywhere', () => {
    const y = repeatPixel(tf.tensor4d([1, 2, 3, 4], [2, 1, 1, 2]), [2, 1]);
    expect(y.shape).toEqual([2, 2, 1, 2]);
    expect([...y.dataSync()]).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
  });

  itHasTheSlopes([
    { name: 'repeated channels', operation: (_, x) => repeatChannels(x, 3) },
    {
      name: 'repeated pixel',
      operation: ({ height, width }, x) => repeatPixel(tf.mean(x, [1, 2], true), [height, width]),
    },
  ]);
});
