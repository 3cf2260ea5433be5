import { describe, expect, it } from 'vitest';
import { crop, cropSize, resolution } from '../../../lib/training/options/image-kinds.js';

describe('crop', () => {
  it('is one number or height and width', () => {
    expect(crop.parse('321')).toBe(321);
    expect(crop.parse('353x481')).toEqual([353, 481]);
    expect([crop.format(321), crop.format([353, 481])]).toEqual(['321', '353x481']);
    for (const text of ['wide', '0', '3x', '3x4x5', '']) {
      expect(crop.accepts(crop.parse(text)), text).toBe(false);
    }
  });

  it('becomes a size', () => {
    expect(cropSize(65)).toEqual({ height: 65, width: 65 });
    expect(cropSize([65, 97])).toEqual({ height: 65, width: 97 });
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
