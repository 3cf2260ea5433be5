import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../lib/backend/use-backend.js';
import { isTensor, tensorText } from '../../lib/notebook/kernel/tensor-text.js';

const counted = (...shape: number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tidy(() => tf.reshape(tf.range(0, size, 1, 'int32'), shape));
};

// numpy.array2string(…, separator=', ') of NumPy 2.4.6.
const ROWS = `[[ 0,  1,  2,  3],
 [ 4,  5,  6,  7],
 [ 8,  9, 10, 11]]`;
const WRAPPED = `[[    0,  1000,  2000,  3000,  4000,  5000,  6000,  7000,  8000,  9000,
  10000, 11000, 12000, 13000, 14000, 15000, 16000, 17000, 18000, 19000],
 [20000, 21000, 22000, 23000, 24000, 25000, 26000, 27000, 28000, 29000,
  30000, 31000, 32000, 33000, 34000, 35000, 36000, 37000, 38000, 39000]]`;
const SHORTENED = `[[[   0,    1,    2, ...,   97,   98,   99],
  [ 100,  101,  102, ...,  197,  198,  199]],

 [[ 200,  201,  202, ...,  297,  298,  299],
  [ 300,  301,  302, ...,  397,  398,  399]],

 [[ 400,  401,  402, ...,  497,  498,  499],
  [ 500,  501,  502, ...,  597,  598,  599]],

 ...,

 [[ 800,  801,  802, ...,  897,  898,  899],
  [ 900,  901,  902, ...,  997,  998,  999]],

 [[1000, 1001, 1002, ..., 1097, 1098, 1099],
  [1100, 1101, 1102, ..., 1197, 1198, 1199]],

 [[1200, 1201, 1202, ..., 1297, 1298, 1299],
  [1300, 1301, 1302, ..., 1397, 1398, 1399]]]`;

describe('the text of a tensor', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each<[string, () => tf.Tensor, string]>([
    ['rows', () => counted(3, 4), `Tensor int32 [3, 4]\n${ROWS}`],
    [
      'long lines',
      () => tf.tidy(() => tf.mul(counted(2, 20), tf.scalar(1000, 'int32'))),
      `Tensor int32 [2, 20]\n${WRAPPED}`,
    ],
    ['long axes', () => counted(7, 2, 100), `Tensor int32 [7, 2, 100]\n${SHORTENED}`],
    ['no axes', () => tf.scalar(1 / 3), 'Tensor float32 []\n0.333333'],
    ['no values', () => tf.zeros([2, 0]), 'Tensor float32 [2, 0]\n[]'],
    ['floats', () => tf.tensor1d([NaN, 1.5, 1e-9]), 'Tensor float32 [3]\n[ NaN,  1.5, 1e-9]'],
    ['booleans', () => tf.tensor1d([true, false], 'bool'), 'Tensor bool [2]\n[ true, false]'],
    ['texts', () => tf.tensor1d(['a', 'b c']), 'Tensor string [2]\n[  "a", "b c"]'],
  ])('has %s as NumPy has', (_, make, expected) => {
    const tensor = make();
    expect(isTensor(tensor)).toBe(true);
    const before = tf.memory().numTensors;
    expect(tensorText(tensor)).toBe(expected);
    expect(tf.memory().numTensors).toBe(before);
    expect(tensor.isDisposed).toBe(false);
    tensor.dispose();
  });

  it('has complex numbers', () => {
    const tensor = { shape: [2], dtype: 'complex64', isDisposed: false };
    const dataSync = () => [1, 0, 2, -3]; // real and imaginary parts in turn, as TensorFlow.js gives them
    expect(tensorText({ ...tensor, dataSync })).toBe('Tensor complex64 [2]\n[1+0i, 2-3i]');
  });

  it('says of one that is disposed that it is', () => {
    const tensor = tf.zeros([2, 3]);
    tensor.dispose();
    expect(tensorText(tensor)).toBe('Tensor float32 [2, 3], disposed: its values are gone');
  });

  it('says why values cannot be read', () => {
    const tensor = { shape: [2], dtype: 'float32', isDisposed: false };
    const dataSync = (): number[] => {
      throw new Error('on another thread');
    };
    expect(tensorText({ ...tensor, dataSync })).toBe(
      'Tensor float32 [2], whose values cannot be read: on another thread',
    );
  });

  it.each([undefined, 'text', [1], { shape: [1], dtype: 'float32' }])('is none of %j', (value) => {
    expect(isTensor(value)).toBe(false);
  });
});
