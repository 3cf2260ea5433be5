import { describe, expect, it } from 'vitest';
import { cityscapesClasses } from '../../lib/dataset/cityscapes/classes.js';
import { classColors, hexColor, readableOn } from '../../lib/plot/palette.js';

describe('the palettes', () => {
  it('are those of the datasets, in order of the train ids', () => {
    const colors = classColors(cityscapesClasses('labelIds'));
    expect(colors).toHaveLength(19);
    expect(colors[0]).toBe('#804080'); // road: 128, 64, 128
    expect(colors[18]).toBe('#770b20'); // bicycle: 119, 11, 32
  });

  it('write every channel with two digits', () => {
    expect(hexColor([0, 9, 255])).toBe('#0009ff');
  });

  it('put black on light colours and white on dark ones', () => {
    expect(readableOn([255, 255, 255])).toBe('#000000');
    expect(readableOn([220, 220, 0])).toBe('#000000');
    expect(readableOn([0, 0, 142])).toBe('#ffffff');
    expect(readableOn([128, 64, 128])).toBe('#ffffff');
  });
});
