import { describe, expect, it } from 'vitest';
import { CollapseWatch } from '../../lib/search/collapse.js';

const strongest = (shares: Record<string, number>) => ({ strongest: shares });

describe('a collapsing cell', () => {
  it('is told once, while it collapses, and again after it recovered', () => {
    const watch = new CollapseWatch();
    expect(watch.add(strongest({ none: 0.1, skip_connect: 0.75, max_pool_3x3: 0.15 }))).toBe(
      undefined,
    );
    expect(watch.add(strongest({ none: 0.2, skip_connect: 0.8 }))).toMatch(
      /a skip connection is the most probable operation on 80 % of its edges; .*option architectureStart/,
    );
    expect(watch.add(strongest({ skip_connect: 1 }))).toBe(undefined);
    expect(watch.add(strongest({ none: 0.5, skip_connect: 0.5 }))).toBe(undefined);
    expect(watch.add(strongest({ skip_connect: 0.9 }))).toMatch(/on 90 %/);
    expect(watch.add(strongest({ none: 0.85, skip_connect: 0.15 }))).toMatch(/"none" is the most/);
  });

  it('is none if learned operations, or pooling, lead', () => {
    const watch = new CollapseWatch();
    expect(watch.add(strongest({ sep_conv_3x3: 1 }))).toBe(undefined);
    expect(watch.add(strongest({ avg_pool_3x3: 0.5, max_pool_3x3: 0.5 }))).toBe(undefined);
  });
});
