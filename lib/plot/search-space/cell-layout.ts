/**
 * Where the parts of a cell stand in a drawing, so that no two of them overlap and no line runs
 * through a label, whatever the genotype.
 *
 * The cell is drawn in columns: the two inputs, then for each depth of the graph a column of
 * operations and one of blocks, then the concatenation. A line that passes a column has a place of
 * its own in it. Places are ordered by the usual heuristic (the mean of a node's neighbours, with
 * the best of several sweeps kept) and then moved towards their neighbours as far as there is room.
 */
import type { Genotype } from '../../architecture/genotype.js';
import { mean } from '../../text.js';

/** A part of the drawing, in pixels; `x` and `y` are its middle. */
export interface CellPlace {
  readonly kind: 'input' | 'operation' | 'block' | 'pass' | 'concat';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The hidden state that is here or passes here; for an operation the one that it reads. */
  readonly state: number;
  /** For an operation or a block: the 0-based block. */
  readonly block?: number;
  /** For an operation: its branch. */
  readonly side?: 'left' | 'right';
}

/** A line from one place to another, by their indices. */
export interface CellLine {
  readonly from: number;
  readonly to: number;
  /** The hidden state whose values it carries; undefined between an operation and its block. */
  readonly state: number | undefined;
}

/** A cell as a drawing. */
export interface CellLayout {
  readonly places: readonly CellPlace[];
  readonly lines: readonly CellLine[];
  readonly width: number;
  readonly height: number;
}

/** The sizes of the parts in pixels. */
export interface CellSizes {
  readonly operation: { readonly width: number; readonly height: number };
  readonly input: { readonly width: number; readonly height: number };
  readonly block: { readonly width: number; readonly height: number };
  readonly concat: { readonly width: number; readonly height: number };
  /** Between columns. */
  readonly gap: number;
  /** Between parts of a column. */
  readonly space: number;
}

/** A place before it has one. */
interface Slot {
  readonly kind: CellPlace['kind'];
  readonly state: number;
  readonly block?: number;
  readonly side?: 'left' | 'right';
  readonly column: number;
  /** Indices of its neighbours in the column before, and in the one after. */
  readonly before: number[];
  readonly after: number[];
}

/** The layout of a cell. */
export function layoutCell(genotype: Genotype, sizes: CellSizes): CellLayout {
  const { slots, lines, columns } = cellSlots(genotype);
  const order = orderColumns(slots, columns);
  const heightOf = ({ kind }: Slot) => (kind === 'pass' ? sizes.space : sizes[kind].height);
  const ys = spreadColumns(slots, order, heightOf, sizes.space);
  const concat = slots.length - 1;
  const others = slots.flatMap((slot, i) =>
    i === concat ? [] : [[ys[i] - heightOf(slot) / 2, ys[i] + heightOf(slot) / 2]],
  );
  const top = Math.min(...others.map(([y]) => y));
  const bottom = Math.max(...others.map(([, y]) => y));
  const widths = order.map((column) =>
    Math.max(...column.map((i) => (slots[i].kind === 'pass' ? 0 : sizes[slots[i].kind].width))),
  );
  const middles: number[] = [];
  widths.forEach((width, k) => {
    middles.push(k === 0 ? width / 2 : middles[k - 1] + (widths[k - 1] + width) / 2 + sizes.gap);
  });
  const places = slots.map((slot, i): CellPlace => {
    const { kind, state, block, side, column } = slot;
    const isConcat = i === concat;
    return {
      kind,
      state,
      ...(block !== undefined && { block }),
      ...(side && { side }),
      x: middles[column],
      y: isConcat ? (bottom - top) / 2 : ys[i] - top,
      width: kind === 'pass' ? widths[column] : sizes[kind].width,
      height: isConcat ? bottom - top : heightOf(slot),
    };
  });
  const last = columns - 1;
  return { places, lines, width: middles[last] + widths[last] / 2, height: bottom - top };
}

/** The parts of a cell by columns, and the lines between neighbouring columns. */
function cellSlots({ blocks }: Genotype) {
  const depths = [0, 0]; // of each hidden state
  blocks.forEach(({ left, right }) => {
    depths.push(1 + Math.max(depths[left.input], depths[right.input]));
  });
  const columns = 2 * Math.max(...depths) + 2;
  const slots: Slot[] = [];
  const lines: CellLine[] = [];
  const add = (slot: Omit<Slot, 'before' | 'after'>): number =>
    slots.push({ ...slot, before: [], after: [] }) - 1;
  const connect = (from: number, to: number, state: number | undefined): void => {
    lines.push({ from, to, state });
    slots[from].after.push(to);
    slots[to].before.push(from);
  };
  // Each state's place in its own column, then in every column that its line passes.
  const trunks = depths.map((depth, state): number[] => [
    add(
      state < 2
        ? { kind: 'input', state, column: 0 }
        : { kind: 'block', state, block: state - 2, column: 2 * depth },
    ),
  ]);
  const reach = (state: number, column: number): number => {
    const trunk = trunks[state];
    while (slots[trunk[trunk.length - 1]].column < column) {
      const from = trunk[trunk.length - 1];
      const to = add({ kind: 'pass', state, column: slots[from].column + 1 });
      connect(from, to, state);
      trunk.push(to);
    }
    return trunk[column - slots[trunk[0]].column];
  };
  blocks.forEach((branches, block) => {
    const column = 2 * depths[block + 2] - 1;
    for (const side of ['left', 'right'] as const) {
      const { input } = branches[side];
      const operation = add({ kind: 'operation', state: input, block, side, column });
      connect(reach(input, column - 1), operation, input);
      connect(operation, trunks[block + 2][0], undefined);
    }
  });
  const ends = blocks.map((_, block) => reach(block + 2, columns - 2));
  const concat = add({ kind: 'concat', state: -1, column: columns - 1 });
  ends.forEach((end, block) => connect(end, concat, block + 2));
  return { slots, lines, columns };
}

const SWEEPS = 24;

/** The slots of each column from the top down, with few crossings. */
function orderColumns(slots: readonly Slot[], columns: number): number[][] {
  let order = Array.from({ length: columns }, (_, column) =>
    slots.flatMap((slot, i) => (slot.column === column ? [i] : [])),
  );
  let best = order;
  let fewest = crossings(slots, order);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    order = sweepColumns(slots, order, sweep % 2 === 0 ? 'before' : 'after');
    const count = crossings(slots, order);
    if (count < fewest) {
      [best, fewest] = [order, count];
    }
  }
  return best;
}

/** Sorts each column by the mean place of the neighbours on one side, column after column. */
function sweepColumns(
  slots: readonly Slot[],
  order: readonly (readonly number[])[],
  side: 'before' | 'after',
): number[][] {
  const result = order.map((column) => [...column]);
  const columns = [...result.keys()];
  const rank = new Map<number, number>();
  for (const k of side === 'before' ? columns : columns.reverse()) {
    const keys = new Map(
      result[k].map((i, place) => {
        const near = slots[i][side].map((j) => rank.get(j) ?? 0);
        return [i, near.length === 0 ? place : mean(near)] as const;
      }),
    );
    result[k].sort((i, j) => (keys.get(i) ?? 0) - (keys.get(j) ?? 0));
    result[k].forEach((i, place) => rank.set(i, place));
  }
  return result;
}

/** How many pairs of lines cross. */
function crossings(slots: readonly Slot[], order: readonly (readonly number[])[]): number {
  const rank = new Map(order.flatMap((column) => column.map((i, place) => [i, place] as const)));
  let count = 0;
  for (const column of order) {
    const lines = column.flatMap((i) =>
      slots[i].after.map((j) => [rank.get(i) ?? 0, rank.get(j) ?? 0] as const),
    );
    lines.forEach(([a, b], n) => {
      count += lines.slice(n + 1).filter(([c, d]) => (a - c) * (b - d) < 0).length;
    });
  }
  return count;
}

const ROUNDS = 40;

/** Heights of all slots: near their neighbours, in the order of their column, apart by `space`. */
function spreadColumns(
  slots: readonly Slot[],
  order: readonly (readonly number[])[],
  heightOf: (slot: Slot) => number,
  space: number,
): number[] {
  const ys = slots.map(() => 0);
  const place = (column: readonly number[], wanted: readonly number[]) => {
    const offsets = [0];
    for (let n = 1; n < column.length; n++) {
      const [above, here] = [slots[column[n - 1]], slots[column[n]]];
      offsets.push(offsets[n - 1] + (heightOf(above) + heightOf(here)) / 2 + space);
    }
    nondecreasing(wanted.map((y, n) => y - offsets[n])).forEach((y, n) => {
      ys[column[n]] = y + offsets[n];
    });
  };
  order.forEach((column) =>
    place(
      column,
      column.map(() => 0),
    ),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const columns = round % 2 === 0 ? order : [...order].reverse();
    for (const column of columns) {
      const wanted = column.map((i) => {
        const near = [...slots[i].before, ...slots[i].after].filter(
          (j) => slots[j].kind !== 'concat',
        );
        return near.length === 0 ? ys[i] : mean(near.map((j) => ys[j]));
      });
      place(column, wanted);
    }
  }
  return ys;
}

/** The nondecreasing numbers nearest to the given ones (pool adjacent violators). */
function nondecreasing(values: readonly number[]): number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of values) {
    pools.push({ sum: value, count: 1 });
    while (pools.length > 1) {
      const [above, below] = pools.slice(-2);
      if (above.sum / above.count <= below.sum / below.count) {
        break;
      }
      pools.splice(-2, 2, { sum: above.sum + below.sum, count: above.count + below.count });
    }
  }
  return pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
}
