import { describe, expect, it } from 'vitest';
import { crop, resolution } from '../../../lib/training/options/image-kinds.js';

describe('crop', () => {
  it('is one number or height and width', () => {
    expect(crop.parse('321')).toBe(321);
    expect(crop.parse('353x481')).toEqual({ height: 353, width: 481 });
    const formats = [crop.format(321), crop.format({ height: 353, width: 481 })];
    expect(formats).toEqual(['321', '353x481']);
    for (const text of ['wide', '0', '3x', '3x4x5', '']) {
      expect(crop.accepts(crop.parse(text)), text).toBe(false);
    }
  });

  it('has a height and a width, and nothing else', () => {
    expect(crop.accepts({ height: 65, width: 97 })).toBe(true);
    for (const value of [[65, 97], { height: 65 }, { height: 65, width: 97, depth: 3 }, null]) {
      expect(crop.accepts(value)).toBe(false);
    }
  });
});

describe('resolution', () => {
  it('is a share or a longer side', () => {
    expect(resolution.parse('0.5')).toBe(0.5);
    expect(resolution.parse('513px')).toEqual({ longerSide: 513 });
    expect([resolution.format(0.5), resolution.format({ longerSide: 513 })]).toEqual([
      '0.5',
      '513px',
    ]);
    for (const text of ['513 px', '0', '1.5', '0px', '513']) {
      expect(resolution.accepts(resolution.parse(text)), text).toBe(false);
    }
    expect(resolution.accepts({ longerSide: 3, shorterSide: 2 })).toBe(false);
  });
});
