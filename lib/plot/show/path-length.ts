/** Lengths along the paths of an SVG drawing, which plotly asks for to put heads on arrows. */

/** A point in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Straight pieces that a curve is taken for. */
const PIECES = 16;

/** How many numbers each command takes; those of arcs are read as a line to their end. */
const NUMBERS: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 }; // oxfmt-ignore

/** The points of a path, each with its distance from the start along the path. */
function flatten(path: string): readonly (Point & { readonly at: number })[] {
  const points: (Point & { at: number })[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const go = (u: number, v: number, isDrawn = true) => {
    const before = points[points.length - 1]?.at ?? 0;
    points.push({ x: u, y: v, at: before + (isDrawn ? Math.hypot(u - x, v - y) : 0) });
    [x, y] = [u, v];
  };
  for (const [, letter, list] of path.matchAll(/([a-z])([^a-z]*)/gi)) {
    const command = letter.toUpperCase();
    const numbers = (list.match(/-?\d*\.?\d+(?:e[-+]?\d+)?/gi) ?? []).map(Number);
    const size = NUMBERS[command] ?? 0;
    for (let k = 0; k < Math.max(numbers.length, 1); k += Math.max(size, 1)) {
      const [dx, dy] = letter === command ? [0, 0] : [x, y];
      const group = numbers.slice(k, k + size);
      if (command === 'Z') {
        go(startX, startY);
      } else if (command === 'H' || command === 'V') {
        go(command === 'H' ? group[0] + dx : x, command === 'V' ? group[0] + dy : y);
      } else if (command === 'C' || command === 'Q') {
        const controls = [{ x, y }];
        for (let i = 0; i < size; i += 2) {
          controls.push({ x: group[i] + dx, y: group[i + 1] + dy });
        }
        for (let i = 1; i <= PIECES; i++) {
          const point = onCurve(controls, i / PIECES);
          go(point.x, point.y);
        }
      } else if (group.length === size && size > 0) {
        go(group[size - 2] + dx, group[size - 1] + dy, command !== 'M' || k > 0);
        if (command === 'M' && k === 0) {
          [startX, startY] = [x, y];
        }
      }
    }
  }
  return points;
}

/** A point of a Bézier curve, by de Casteljau's construction. */
function onCurve(controls: readonly Point[], t: number): Point {
  let points = controls;
  while (points.length > 1) {
    const next = points.slice(1);
    points = next.map((p, i) => ({
      x: points[i].x + (p.x - points[i].x) * t,
      y: points[i].y + (p.y - points[i].y) * t,
    }));
  }
  return points[0];
}

/** The length of a path in pixels. */
export function pathLength(path: string): number {
  return flatten(path).at(-1)?.at ?? 0;
}

/** The point of a path at a distance from its start. */
export function pointAtLength(path: string, distance: number): Point {
  const points = flatten(path);
  const next = points.findIndex(({ at }) => at >= distance);
  if (next <= 0) {
    const end = next === 0 ? points[0] : points.at(-1);
    return { x: end?.x ?? 0, y: end?.y ?? 0 };
  }
  const [a, b] = [points[next - 1], points[next]];
  const t = (distance - a.at) / (b.at - a.at);
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}
