/** Outlines of simple shapes, in any unit: x0, y0, x1, y1, … */

/** An ellipse as a polygon; more `sides` for larger ones. */
export function ellipse(cx: number, cy: number, rx: number, ry: number, sides = 20): number[] {
  const points: number[] = [];
  for (let i = 0; i < sides; i++) {
    const angle = (2 * Math.PI * i) / sides;
    points.push(cx + rx * Math.cos(angle), cy + ry * Math.sin(angle));
  }
  return points;
}

/** A rectangle from two corners. */
export function rectangle(x0: number, y0: number, x1: number, y1: number): number[] {
  return [x0, y0, x1, y0, x1, y1, x0, y1];
}

/** A rectangle whose corners are cut by quarter circles. */
export function roundedRectangle(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
): number[] {
  const points: number[] = [];
  const corners = [
    [x1 - radius, y1 - radius, 0],
    [x0 + radius, y1 - radius, 1],
    [x0 + radius, y0 + radius, 2],
    [x1 - radius, y0 + radius, 3],
  ];
  for (const [cx, cy, quarter] of corners) {
    for (let i = 0; i <= 3; i++) {
      const angle = (Math.PI / 2) * (quarter + i / 3);
      points.push(cx + radius * Math.cos(angle), cy + radius * Math.sin(angle));
    }
  }
  return points;
}

/** A thick line with round ends, its radius going from `ra` to `rb`. */
export function capsule(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  ra: number,
  rb = ra,
): number[] {
  const angle = Math.atan2(by - ay, bx - ax);
  const points: number[] = [];
  for (let i = 0; i <= 5; i++) {
    const turn = angle + Math.PI / 2 + (Math.PI * i) / 5;
    points.push(ax + ra * Math.cos(turn), ay + ra * Math.sin(turn));
  }
  for (let i = 0; i <= 5; i++) {
    const turn = angle - Math.PI / 2 + (Math.PI * i) / 5;
    points.push(bx + rb * Math.cos(turn), by + rb * Math.sin(turn));
  }
  return points;
}

/** The outline run the other way round: a hole, if placed inside another. */
export function reversed(outline: readonly number[]): number[] {
  const points: number[] = [];
  for (let i = outline.length - 2; i >= 0; i -= 2) {
    points.push(outline[i], outline[i + 1]);
  }
  return points;
}
