/** Where the elements of an SVG drawing are, as far as laying out a figure needs it. */
import { ASCENT, DESCENT, textWidth, type TextStyle } from './text-metrics.js';

/** A rectangle in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is needed of an element of a document: a part of DOM's `Element`. */
export interface SvgElement {
  readonly nodeName: string;
  readonly parentElement: SvgElement | null;
  readonly children: ArrayLike<SvgElement>;
  readonly childNodes: ArrayLike<SvgNode>;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
}

/** An element or a piece of text. */
export interface SvgNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
}

/** a, b, c, d, e, f of the map (x, y) → (a x + c y + e, b x + d y + f). */
type Matrix = readonly [number, number, number, number, number, number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const NOTHING: Box = { x: 0, y: 0, width: 0, height: 0 };
const ELEMENT_NODE = 1;

/** The box of an element in its own coordinates, before its `transform`. */
export function localBox(element: SvgElement): Box {
  const number = (name: string) => Number.parseFloat(element.getAttribute(name) ?? '') || 0;
  switch (element.nodeName.toLowerCase()) {
    case 'text':
    case 'tspan':
      return textBox(element);
    case 'rect':
    case 'image':
      return { x: number('x'), y: number('y'), width: number('width'), height: number('height') };
    case 'circle': {
      const radius = number('r');
      const [x, y] = [number('cx') - radius, number('cy') - radius];
      return { x, y, width: 2 * radius, height: 2 * radius };
    }
    case 'g':
    case 'a':
    case 'svg':
      return union(
        Array.from(element.children, (child) => map(ownTransform(child), localBox(child))),
      );
    default:
      return NOTHING;
  }
}

/** The box of an element in the coordinates of the drawing. */
export function drawnBox(element: SvgElement): Box {
  let box = localBox(element);
  for (let at: SvgElement | null = element; at !== null; at = at.parentElement) {
    box = map(ownTransform(at), box);
  }
  return box;
}

/** The width of a text element, the widest of its lines. */
export function textLength(element: SvgElement): number {
  return Math.max(0, ...textLines(element).map(({ width }) => width));
}

/** One line of a text element. */
interface TextLine {
  width: number;
  size: number;
}

/** plotly writes lines as `tspan`s of class `line`, each with its `dy`; other `tspan`s run on. */
function textLines(element: SvgElement): TextLine[] {
  const lines: TextLine[] = [{ width: 0, size: fontOf(element).size }];
  const visit = (node: SvgElement, style: TextStyle) => {
    for (const child of Array.from(node.childNodes)) {
      if (child.nodeType === ELEMENT_NODE) {
        const inner = child as unknown as SvgElement;
        const innerStyle = ownFont(inner, style);
        if (inner.getAttribute('class') === 'line' && inner.getAttribute('dy') !== '0em') {
          lines.push({ width: 0, size: innerStyle.size });
        }
        visit(inner, innerStyle);
      } else {
        lines[lines.length - 1].width += textWidth(child.textContent ?? '', style);
      }
    }
  };
  visit(element, fontOf(element));
  return lines;
}

const LINE_HEIGHT = 1.3;

function textBox(element: SvgElement): Box {
  const lines = textLines(element);
  const width = Math.max(...lines.map((line) => line.width));
  if (width === 0) {
    return NOTHING;
  }
  const { size } = lines[0];
  const number = (name: string) => Number.parseFloat(element.getAttribute(name) ?? '') || 0;
  const dy = element.getAttribute('dy') ?? '';
  const down = (Number.parseFloat(dy) || 0) * (dy.endsWith('em') ? size : 1);
  const anchor = inherited(element, 'text-anchor') ?? 'start';
  const shift = anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0;
  return {
    x: number('x') - shift,
    y: number('y') + down - ASCENT * size,
    width,
    height: (ASCENT + DESCENT + LINE_HEIGHT * (lines.length - 1)) * size,
  };
}

/** The font at an element, from its own style and those around it. */
function fontOf(element: SvgElement): TextStyle {
  const size = Number.parseFloat(inherited(element, 'font-size') ?? '');
  return { size: size > 0 ? size : 12, bold: isBold(inherited(element, 'font-weight')) };
}

/** The font inside an element of a text, given the one around it; sizes may be relative. */
function ownFont(element: SvgElement, around: TextStyle): TextStyle {
  const text = property(element, 'font-size');
  const value = Number.parseFloat(text ?? '');
  const weight = property(element, 'font-weight');
  const size = !(value > 0)
    ? around.size
    : text?.endsWith('%') === true
      ? (around.size * value) / 100
      : text?.endsWith('em') === true
        ? around.size * value
        : value;
  return { size, bold: weight === undefined ? around.bold === true : isBold(weight) };
}

function isBold(weight: string | undefined): boolean {
  return weight === 'bold' || Number(weight) >= 600;
}

/** A property of an element's style or the attribute of that name. */
function property(element: SvgElement, name: string): string | undefined {
  const style = element.getAttribute('style') ?? '';
  const found = new RegExp(`(?:^|;)\\s*${name}:\\s*([^;]+)`).exec(style);
  return found?.[1].trim() ?? element.getAttribute(name) ?? undefined;
}

function inherited(element: SvgElement, name: string): string | undefined {
  for (let at: SvgElement | null = element; at !== null; at = at.parentElement) {
    const value = property(at, name);
    if (value !== undefined) {
      return value;
    }
  }
  return undefined;
}

/** The smallest box around boxes; empty ones do not count. */
function union(boxes: readonly Box[]): Box {
  const seen = boxes.filter(({ width, height }) => width > 0 || height > 0);
  if (seen.length === 0) {
    return NOTHING;
  }
  const x = Math.min(...seen.map((box) => box.x));
  const y = Math.min(...seen.map((box) => box.y));
  const right = Math.max(...seen.map((box) => box.x + box.width));
  const bottom = Math.max(...seen.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** The box around a mapped box. */
function map([a, b, c, d, e, f]: Matrix, { x, y, width, height }: Box): Box {
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ].map(([u, v]) => [a * u + c * v + e, b * u + d * v + f]);
  const xs = corners.map(([u]) => u);
  const ys = corners.map(([, v]) => v);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

/** The `transform` of an element: translations, rotations and scalings, as plotly writes them. */
function ownTransform(element: SvgElement): Matrix {
  const text = element.getAttribute('transform');
  let matrix = IDENTITY;
  for (const [, name, list] of (text ?? '').matchAll(/(\w+)\(([^)]*)\)/g)) {
    matrix = times(matrix, elementary(name, list.split(/[\s,]+/).map(Number)));
  }
  return matrix;
}

function elementary(name: string, [u = 0, v, w = 0]: number[]): Matrix {
  switch (name) {
    case 'translate':
      return [1, 0, 0, 1, u, v ?? 0];
    case 'scale':
      return [u, 0, 0, v ?? u, 0, 0];
    case 'rotate': {
      const [cos, sin] = [Math.cos((u * Math.PI) / 180), Math.sin((u * Math.PI) / 180)];
      const [x, y] = [v ?? 0, w];
      return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
    }
    default:
      return IDENTITY;
  }
}

/** First `second`, then `first`. */
function times(first: Matrix, second: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  const [p, q, r, s, t, u] = second;
  return [
    a * p + c * q,
    b * p + d * q,
    a * r + c * s,
    b * r + d * s,
    a * t + c * u + e,
    b * t + d * u + f,
  ];
}
