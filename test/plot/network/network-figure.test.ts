import { describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { ConfigError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { networkFigure } from '../../../lib/plot/network/network-figure.js';
import { tracesOf } from '../search-space/traces-of.js';

const SMALL = { filterMultiplier: 20, classes: 19, height: 769, width: 769 };
const WHOLE = { ...SMALL, height: 1025, width: 2049 };

function boxesOf(figure: Figure) {
  const [{ x, y, text, hovertext }] = tracesOf(figure, 'boxes');
  const { tickvals, ticktext } = figure.layout.xaxis as { tickvals: number[]; ticktext: string[] };
  expect(tickvals).toEqual(x);
  return (text as string[]).map((words, i) => ({
    tick: ticktext[i],
    x: (x as number[])[i],
    level: (y as number[])[i],
    size: words.replace('<br>', '×'),
    hover: (hovertext as string[])[i],
  }));
}

/** The ends of the lines by their colour, as the levels and columns of the boxes. */
function linesOf(figure: Figure): string[] {
  const shapes = figure.layout.shapes as { type: string; path?: string; line: { dash?: string } }[];
  return shapes.flatMap(({ type, path = '', line }) => {
    const numbers = (path.match(/-?[\d.]+/g) ?? []).map(Number);
    const kind = line.dash === 'dash' ? 'low-level' : path.includes('Q') ? 'older' : 'main';
    const ends = [numbers.slice(0, 2), numbers.slice(-2)].map((end) => end.join('/'));
    return type === 'path' ? [`${kind}: ${ends.join(' > ')}`] : [];
  });
}

describe('networkFigure', () => {
  it('writes the sizes of the published network at 769 x 769, counted by hand', () => {
    const boxes = boxesOf(networkFigure({ architecture: publishedArchitecture, ...SMALL }));
    expect(boxes.map(({ tick }) => tick)).toEqual([
      ...['image', 'stem', 'stem', 'layer 1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'],
      ...['12', 'ASPP', 'decoder', 'scores'],
    ]);
    expect(boxes.map(({ size }) => size)).toEqual([
      ...['769×769×3', '385×385×64', '193×193×128'],
      ...['193×193×100', '193×193×100', '193×193×100', '97×97×200', '49×49×400', '97×97×200'],
      ...['49×49×400', '49×49×400', '25×25×800', '25×25×800', '49×49×400', '97×97×200'],
      ...['97×97×256', '193×193×19', '769×769×19'],
    ]);
    expect(boxes.map(({ level }) => 4 * 2 ** level)).toEqual([
      ...[1, 2, 4, 4, 4, 4, 8, 16, 8, 16, 16, 32, 32, 16, 8, 8, 4, 1],
    ]);
    expect(boxes.slice(3, 15).map(({ x }) => x)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("has bars that sum to the paper's 10.15 M parameters, and 320.45 B multiply-adds", () => {
    const figure = networkFigure({ architecture: publishedArchitecture, ...WHOLE });
    const sum = (meta: string) =>
      (tracesOf(figure, meta)[0].y as number[]).reduce((total, value) => total + value, 0);
    expect(sum('parameters')).toBe(10_147_427);
    expect(sum('multiplyAdds')).toBe(320_450_382_392);
    const [{ x, text }] = tracesOf(figure, 'parameters');
    expect(x).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13.15, 14.35]);
    expect((text as string[]).slice(0, 2)).toEqual(['113 k', '38.2 k']); // 112,832 and 38,240
    const { title } = figure.layout as { title: { text: string } };
    expect(title.text).toContain('10.15 M parameters, 320.45 B multiply-adds');
    expect(boxesOf(figure)[3].size).toBe('257×513×100'); // height first
    expect(boxesOf(figure)[3].hover).toBe(
      'layer 1, stride 4: 257 × 513 × 100<br>38,240 parameters<br>4.94 B multiply-adds',
    );
  });

  it('draws what each part reads, and the low-level feature from layer 3', () => {
    const lines = linesOf(networkFigure({ architecture: publishedArchitecture, ...SMALL }));
    expect(lines).toHaveLength(2 + 2 * 12 + 4);
    expect(lines.slice(0, 6)).toEqual([
      'main: -2.45/-2 > -1.2/-1',
      'main: -1.2/-1 > 0/0',
      'main: 0/0 > 1/0',
      'older: -1.2/-1 > 1/0', // layer 1 reads the stem at stride 4 and at stride 2
      'main: 1/0 > 2/0',
      'older: 0/0 > 2/0',
    ]);
    expect(lines).toContain('older: 3/0 > 5/2');
    expect(lines).toContain('low-level: 3/0 > 14.35/0');
    expect(lines).toContain('main: 12/1 > 13.15/1');
  });

  it('leaves out what nothing reads, and says so', () => {
    const older = { input: 0, operation: 'sep_conv_3x3' };
    const genotype = { blocks: [{ left: older, right: { ...older, operation: 'skip_connect' } }] };
    const architecture = { path: [1, 0, 1, 2, 3], genotype };
    const figure = networkFigure({ architecture, ...SMALL, filterMultiplier: 4 });
    const boxes = boxesOf(figure);
    // Layer 5 reads layer 3, that layer 1, that the stem at stride 2; the low-level feature is layer 2.
    expect(boxes.map(({ size }) => size === 'not read')).toEqual([
      ...[false, false, false, false, false, false, true, false, false, false, false],
    ]);
    expect(boxes[6].hover).toContain('layer 4: nothing reads it');
    const lines = linesOf(figure);
    expect(lines.filter((line) => line.includes('4/2'))).toEqual([]);
    expect(lines).toContain('older: 3/1 > 5/3');
    expect(lines).toContain('low-level: 2/0 > 7.35/0');
    expect(tracesOf(figure, 'parameters')[0].x).not.toContain(4);
  });

  it('refuses a path that is none', () => {
    const architecture = { ...publishedArchitecture, path: [0, 2] };
    expect(() => networkFigure({ architecture, ...SMALL })).toThrow(ConfigError);
  });
});
