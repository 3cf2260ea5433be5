import { describe, expect, it } from 'vitest';
import {
  convolutionCost,
  FREE,
  outputPixels,
  separableCost,
  sumOfCosts,
} from '../../../lib/search-space/operations/cost.js';

describe('the cost of a part', () => {
  it('counts the pixels of the result, odd sizes rounded up', () => {
    expect(outputPixels({ height: 5, width: 6, channels: 4, stride: 1 })).toBe(30);
    expect(outputPixels({ height: 5, width: 6, channels: 4, stride: 2 })).toBe(9);
  });

  it('of a convolution is its weights and the norm behind it', () => {
    // 3 · 3 taps on 4 channels for 4 filters, scale and offset of 4 channels, 10 pixels
    expect(convolutionCost(3, 4, 10)).toEqual({ parameters: 144 + 8, multiplyAdds: 1440 });
  });

  it('of a separable convolution is a filter per channel, a mixture and the norm', () => {
    expect(separableCost(5, 4, 10)).toEqual({ parameters: 100 + 16 + 8, multiplyAdds: 1160 });
  });

  it('adds up, from nothing on', () => {
    expect(sumOfCosts([])).toEqual(FREE);
    expect(sumOfCosts([FREE, { parameters: 1, multiplyAdds: 2 }, { parameters: 3, multiplyAdds: 4 }])).toEqual({ parameters: 4, multiplyAdds: 6 }); // oxfmt-ignore
  });
});
