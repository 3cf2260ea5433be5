import { describe, expect, it } from 'vitest';
import { plainFigure, scriptJson } from '../../../lib/plot/show/plain-figure.js';

describe('plainFigure and scriptJson', () => {
  it('make numbers short but keep whole ones', () => {
    const data = [{ type: 'bar', y: [123456789, 0.123456789, 1e-9, Infinity, -0.5] }];
    const plain = plainFigure({ data, layout: { left: undefined } });
    expect(plain.data[0].y).toEqual([123456789, 0.12346, 1e-9, null, -0.5]);
    expect(plain.layout).toEqual({});
  });

  it('cannot leave a script', () => {
    expect(scriptJson({ text: '</script><b>\u2028' })).toBe(
      '{"text":"\\u003c/script>\\u003cb>\\u2028"}',
    );
  });
});
