import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import {
  checkImageRank,
  checkWindow,
  isAligned,
  outputSize,
  padForWindow,
  sidePadding,
} from '../../lib/ops/geometry.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('the geometry of windows', () => {
  it('rounds sizes up and centres kernels', () => {
    expect([outputSize(33, 2), outputSize(32, 2), outputSize(5, 1)]).toEqual([17, 16, 5]);
    expect([sidePadding(3, 1), sidePadding(5, 1), sidePadding(3, 6)]).toEqual([1, 2, 6]);
    expect([isAligned(33, 2), isAligned(32, 2), isAligned(32, 1)]).toEqual([true, false, true]);
  });

  it('pads the image itself where TensorFlow would pad unevenly', () => {
    const aligned = tf.ones<tf.Rank.R4>([1, 5, 3, 1]);
    expect(padForWindow(aligned, 3, { stride: 2 })).toEqual({ image: aligned, padding: 'same' });
    expect(padForWindow(aligned, 1, { stride: 2 }).padding).toBe('valid');
    const { image, padding } = padForWindow(tf.ones([1, 4, 3, 1]), 3, { stride: 2 }, 7);
    expect([image.shape, padding]).toEqual([[1, 6, 5, 1], 'valid']);
    expect([...image.dataSync()].slice(0, 7)).toEqual([7, 7, 7, 7, 7, 7, 1]);
  });

  it('is checked', () => {
    expect(() => {
      checkImageRank('here', tf.zeros([2, 3]));
    }).toThrow('here: expected a tensor [batch, height, width, channels], got [2, 3]');
    const check = (kernel: number, stride: number, rate: number) => () => {
      checkWindow('here', kernel, stride, rate);
    };
    expect(check(3, 0, 1)).toThrow(ShapeError);
    expect(check(3, 1, 0.5)).toThrow('got stride 1, rate 0.5');
    expect(check(4, 1, 1)).toThrow('expected an odd kernel size, got 4');
    expect(check(5, 2, 3)).not.toThrow();
  });
});
