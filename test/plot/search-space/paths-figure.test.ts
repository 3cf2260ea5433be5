import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import { pathsFigure } from '../../../lib/plot/search-space/paths-figure.js';
import { KNOWN_PATHS } from '../../../lib/search-space/known-paths.js';
import { createTrellis } from '../../../lib/search-space/trellis.js';
import { tracesOf } from './traces-of.js';

const TRELLIS = createTrellis({ layers: 12 });

describe('pathsFigure', () => {
  it('gives each design a panel with the whole trellis and its path', () => {
    const paths = Object.values(KNOWN_PATHS);
    const figure = pathsFigure(TRELLIS, paths);
    const drawn = tracesOf(figure, 'path');
    expect(drawn.map(({ xaxis }) => xaxis)).toEqual(['x', 'x2', 'x3', 'x4']);
    expect(drawn.map(({ y }) => (y as number[]).slice(1))).toEqual(paths.map(({ path }) => path));
    for (const { x } of tracesOf(figure, 'arrows')) {
      expect(x).toHaveLength(105 * 3);
    }
    const { annotations } = figure.layout as { annotations: { text: string }[] };
    expect(annotations.map(({ text }) => text)).toEqual(paths.map(({ name }) => name));
  });

  it('needs a path', () => {
    expect(() => pathsFigure(TRELLIS, [])).toThrow(ConfigError);
  });
});
