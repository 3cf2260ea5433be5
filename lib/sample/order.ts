/** The order in which things must be painted: whatever can hide another comes after it. */
import type { Thing } from './scene/scene.js';

/** The rectangle of the plan that a thing covers, in metres. */
export interface Extent {
  readonly x: readonly [number, number];
  readonly z: readonly [number, number];
}

/** The ground a thing covers. */
export function extentOf(thing: Thing): Extent {
  switch (thing.type) {
    case 'car':
    case 'large vehicle': {
      const angle = (thing.heading * Math.PI) / 180;
      const [sin, cos] = [Math.abs(Math.sin(angle)), Math.abs(Math.cos(angle))];
      const halfX = (thing.width * cos + thing.length * sin) / 2;
      const halfZ = (thing.length * cos + thing.width * sin) / 2;
      return { x: [thing.x - halfX, thing.x + halfX], z: [thing.z - halfZ, thing.z + halfZ] };
    }
    case 'barrier':
      return { x: [thing.x - 0.15, thing.x + 0.15], z: thing.z };
    default:
      // Flat figures face the camera: they have width but no depth.
      return { x: [thing.x - 0.2, thing.x + 0.2], z: [thing.z - 0.05, thing.z + 0.05] };
  }
}

/** Whether `a` may be hidden by `b`, seen from x = 0, z = 0. */
function isBehind(a: Extent, b: Extent): boolean {
  if (a.z[0] >= b.z[1]) {
    return true;
  }
  if (b.z[0] >= a.z[1]) {
    return false;
  }
  // Side by side: the one farther from the middle of the street is behind.
  if (a.x[0] >= b.x[1]) {
    return b.x[0] > 0 || (b.x[1] > 0 && a.x[0] > 0);
  }
  if (a.x[1] <= b.x[0]) {
    return b.x[1] < 0 || (b.x[0] < 0 && a.x[1] < 0);
  }
  return a.z[0] > b.z[0];
}

/** The things from back to front. */
export function paintingOrder(things: readonly Thing[]): Thing[] {
  const items = things
    .map((thing) => ({ thing, extent: extentOf(thing), isDone: false }))
    .sort((a, b) => b.extent.z[0] - a.extent.z[0]);
  const ordered: Thing[] = [];
  const visit = (item: (typeof items)[number]): void => {
    if (item.isDone) {
      return;
    }
    item.isDone = true;
    for (const other of items) {
      // Only things side by side can be out of order after sorting by depth.
      const overlaps = other.extent.z[1] > item.extent.z[0] && other.extent.z[0] < item.extent.z[1];
      if (!other.isDone && overlaps && isBehind(other.extent, item.extent)) {
        visit(other);
      }
    }
    ordered.push(item.thing);
  };
  items.forEach(visit);
  return ordered;
}
