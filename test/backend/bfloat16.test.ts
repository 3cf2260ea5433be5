import { describe, expect, it } from 'vitest';
import { bfloat16Instructions, gainsByBfloat16 } from '../../lib/backend/bfloat16.js';

const cpuinfo = (flags: string) =>
  `processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu ${flags} sse\nbugs\t\t: avx512_bf16_bug\n\n` +
  `processor\t: 1\nflags\t\t: fpu ${flags} sse\n`;

describe('the instructions for bfloat16', () => {
  it('are those among the flags of /proc/cpuinfo', () => {
    expect(bfloat16Instructions(cpuinfo('avx512f avx512_bf16 amx_tile'))).toEqual(['avx512_bf16']);
    expect(bfloat16Instructions(cpuinfo('amx_bf16 avx512_bf16'))).toEqual([
      'amx_bf16',
      'avx512_bf16',
    ]);
  });

  it('are none on other processors and other systems', () => {
    expect(bfloat16Instructions(cpuinfo('avx512f avx512_bf16x'))).toEqual([]);
    expect(bfloat16Instructions('processor : 0\nFeatures : fp asimd\n')).toEqual([]);
    expect(bfloat16Instructions('')).toEqual([]);
  });

  it('gain in graphs on a CPU that has them', () => {
    const place = { isCompiled: true, isGpu: false, instructions: ['avx512_bf16'] };
    expect(gainsByBfloat16(place)).toBe(true);
    expect(gainsByBfloat16({ ...place, isCompiled: false })).toBe(false);
    expect(gainsByBfloat16({ ...place, isGpu: true })).toBe(false);
    expect(gainsByBfloat16({ ...place, instructions: [] })).toBe(false);
  });
});
