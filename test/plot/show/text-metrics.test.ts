import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { localBox, drawnBox, type SvgElement } from '../../../lib/plot/show/bounding-box.js';
import { pathLength, pointAtLength } from '../../../lib/plot/show/path-length.js';
import { textWidth } from '../../../lib/plot/show/text-metrics.js';

/** An element as far as boxes need it. */
function element(
  nodeName: string,
  attributes: Record<string, string> = {},
  ...children: (SvgElement | string)[]
): SvgElement {
  const made: { -readonly [K in keyof SvgElement]: SvgElement[K] } & { nodeType: number } = {
    nodeType: 1,
    nodeName,
    parentElement: null,
    children: [],
    childNodes: [],
    textContent: null,
    getAttribute: (name) => attributes[name] ?? null,
  };
  const nodes = children.map((child) =>
    typeof child === 'string'
      ? { nodeType: 3, nodeName: '#text', textContent: child }
      : Object.assign(child, { parentElement: made, nodeType: 1 }),
  );
  made.childNodes = nodes;
  made.children = children.filter((child): child is SvgElement => typeof child !== 'string');
  return made;
}

/** The width of a text as it is really drawn, with the fonts of this machine. */
async function drawnWidth(text: string): Promise<number> {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="1400" height="40">` +
    `<text x="10" y="25" font-size="20" font-family="DejaVu Sans, sans-serif">${escaped}</text></svg>`;
  const { info } = await sharp(Buffer.from(svg))
    .flatten({ background: '#fff' })
    .trim({ threshold: 20 })
    .toBuffer({ resolveWithObject: true });
  return info.width;
}

describe('textWidth', () => {
  it.each([
    'Network level: β on the trellis',
    'separable conv 5×5, 0.123',
    'WWWWMMMM iiiijjjj llll',
    'after epoch 24 → stride 32',
  ])('is at least the width that is drawn, and at most a fifth more or less: %s', async (text) => {
    // Exact where DejaVu Sans is there; Helvetica and the like are up to a fifth narrower.
    const drawn = await drawnWidth(text);
    const computed = textWidth(text, { size: 20 });
    expect(drawn / computed).toBeGreaterThan(0.75);
    expect(drawn / computed).toBeLessThan(1.04);
  });

  it('grows with the size and with bold letters', () => {
    const width = textWidth('mean IoU', { size: 10 });
    expect(textWidth('mean IoU', { size: 30 })).toBeCloseTo(3 * width, 9);
    expect(textWidth('mean IoU', { size: 10, bold: true })).toBeGreaterThan(1.05 * width);
  });
});

describe('the boxes of elements', () => {
  it('follow the anchor and the font of a text', () => {
    const text = element('text', { x: '50', y: '20', style: 'font-size: 20px' }, 'MMM');
    const width = textWidth('MMM', { size: 20 });
    expect(localBox(text)).toMatchObject({ x: 50, width });
    const end = element(
      'g',
      { style: 'text-anchor: end; font-size: 10px' },
      element('text', {}, 'MMM'),
    );
    expect(localBox(end).x).toBeCloseTo(-width / 2, 9);
    expect(localBox(end).width).toBeCloseTo(width / 2, 9);
  });

  it('take the widest line of several, and small print as small', () => {
    const line = (dy: string, text: string) => element('tspan', { class: 'line', dy }, text);
    const two = element(
      'text',
      { style: 'font-size: 10px' },
      line('0em', 'ii'),
      line('1.3em', 'MM'),
    );
    expect(localBox(two).width).toBeCloseTo(textWidth('MM', { size: 10 }), 9);
    const one = element('text', { style: 'font-size: 10px' }, line('0em', 'MM'));
    expect(localBox(two).height - localBox(one).height).toBeCloseTo(13, 9);
    const raised = element('tspan', { style: 'font-size:70%' }, 'M');
    const power = element('text', { style: 'font-size: 10px' }, 'M', raised);
    expect(localBox(power).width).toBeCloseTo(textWidth('M', { size: 17 }), 9);
  });

  it('are turned, moved and joined by groups', () => {
    const rect = element('rect', { width: '30', height: '10', transform: 'translate(5,7)' });
    const turned = element('rect', { width: '30', height: '10', transform: 'rotate(90,0,0)' });
    element('g', { transform: 'translate(100)' }, rect, turned);
    expect(drawnBox(rect)).toEqual({ x: 105, y: 7, width: 30, height: 10 });
    const box = drawnBox(turned);
    expect([box.x, box.y, box.width, box.height].map(Math.round)).toEqual([90, 0, 10, 30]);
    const { x, y, width, height } = localBox(rect.parentElement ?? rect);
    expect([x, y, width, height].map(Math.round)).toEqual([-10, 0, 45, 30]);
  });
});

describe('the lengths of paths', () => {
  it('add up straight pieces, absolute and relative ones', () => {
    expect(pathLength('M0,0L3,4')).toBe(5);
    expect(pathLength('M10,10h5v-5l-3,-4')).toBe(15);
    expect(pathLength('M0,0H4V3Z')).toBe(12);
    expect(pathLength('M0,0L1,0M10,0L12,0')).toBe(3);
    expect(pathLength('')).toBe(0);
  });

  it('come close to the length of a curve', () => {
    // A quarter of a circle of radius 100, as Bézier curves approximate it.
    const k = 55.22847498;
    const quarter = `M100,0C100,${k},${k},100,0,100`;
    expect(pathLength(quarter)).toBeCloseTo(50 * Math.PI, 0);
    const { x, y } = pointAtLength(quarter, pathLength(quarter) / 2);
    expect(Math.hypot(x, y)).toBeCloseTo(100, 0);
    expect(x).toBeCloseTo(y, 0);
  });

  it('find the points on the way, and stay on the path', () => {
    expect(pointAtLength('M0,0L10,0L10,10', 15)).toEqual({ x: 10, y: 5 });
    expect(pointAtLength('M0,0L10,0', -3)).toEqual({ x: 0, y: 0 });
    expect(pointAtLength('M0,0L10,0', 99)).toEqual({ x: 10, y: 0 });
  });
});
