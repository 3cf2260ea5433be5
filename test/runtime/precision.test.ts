import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { BackendError } from '../../lib/errors.js';
import { compile } from '../../lib/runtime/compile.js';
import { precisionNotes, resolvePrecision } from '../../lib/runtime/precision.js';
import { backends, useBackend } from '../helpers/backends.js';

const NATIVE = { isCompiled: true, isGpu: false };

describe('resolvePrecision', () => {
  it('takes what is asked for', () => {
    expect(resolvePrecision('float32', { ...NATIVE, instructions: ['amx_bf16'] })).toBe('float32');
    expect(resolvePrecision('bfloat16', { ...NATIVE, instructions: [] })).toBe('bfloat16');
  });

  it('takes bfloat16 as auto only where it is known to be faster', () => {
    expect(resolvePrecision('auto', { ...NATIVE, instructions: ['amx_bf16'] })).toBe('bfloat16');
    expect(resolvePrecision('auto', { ...NATIVE, instructions: [] })).toBe('float32');
    const gpu = { isCompiled: true, isGpu: true, instructions: ['amx_bf16'] };
    expect(resolvePrecision('auto', gpu)).toBe('float32');
  });

  it('refuses bfloat16 on wasm, where auto is float32', async () => {
    await useBackend('wasm');
    expect(resolvePrecision('auto')).toBe('float32');
    expect(() => resolvePrecision('bfloat16')).toThrow(BackendError);
    expect(() => resolvePrecision('bfloat16')).toThrow(
      'precision: expected float32 or auto where steps run operation by operation (backend wasm), got ' +
        'bfloat16; use the tensorflow backend, or set the option precision to auto',
    );
  });

  it.runIf(backends.includes('tensorflow'))('refuses it for eager steps', async () => {
    await useBackend('tensorflow');
    expect(() =>
      compile({ a: tf.scalar(1) }, {}, { mode: 'eager', precision: 'bfloat16' }),
    ).toThrow(
      'precision: expected float32 or auto where steps run operation by operation (backend tensorflow)',
    );
    compile({ a: tf.scalar(1) }, {}, { mode: 'eager', precision: 'auto' }).dispose();
  });
});

describe('precisionNotes', () => {
  it('tells of bfloat16, and where the processor is not made for it', () => {
    expect(precisionNotes('float32')).toEqual([]);
    expect(precisionNotes('bfloat16', ['amx_bf16'], false)).toEqual([
      'precision: convolutions and what lies between them in bfloat16',
    ]);
    const [slow] = precisionNotes('bfloat16', [], false);
    expect(slow).toContain('; this processor has no instructions for it, so that it may be slower');
  });
});
