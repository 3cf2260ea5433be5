import { describe, expect, it } from 'vitest';
import { currentMarks, forwardPass, recomputable } from '../../lib/runtime/region.js';

describe('marks', () => {
  it('are absent outside of parts and of the forward pass', () => {
    expect(currentMarks()).toEqual({});
  });

  it('number the parts; a part inside another belongs to the outer one', () => {
    const [outer, inner] = recomputable(() => [currentMarks(), recomputable(currentMarks)]);
    expect(inner).toEqual(outer);
    expect(recomputable(currentMarks).region).toBe(outer.region! + 1);
  });

  it('end with what they mark, even if that fails', () => {
    const fail = () => {
      throw new RangeError();
    };
    expect(() => recomputable(fail)).toThrow(RangeError);
    expect(() => forwardPass(fail)).toThrow(RangeError);
    expect(forwardPass(currentMarks)).toEqual({ forward: true });
    expect(currentMarks()).toEqual({});
  });
});
