/** All paths through a trellis as a graph in which every arrow has its cost. */
import type { Trellis } from '../search-space/trellis.js';
import { cellSize, inputStride, readingSize } from '../segmentation/cell.js';
import type { ResolvedNetworkSettings } from '../segmentation/options.js';
import {
  cellMap,
  networkPieces,
  stemSizes,
  type MapShape,
  type Piece,
  type Pieces,
} from '../segmentation/pieces.js';
import type { Size } from '../size.js';

/** Where the branches of a cell run: the maps that they read and give. */
export interface CellPlace {
  /** A map that the branches on H^{l-2} and H^{l-1} read. */
  readonly read: MapShape;
  /** The stride of these branches. */
  readonly stride: 1 | 2;
  /** A map that all other branches read, at stride 1. */
  readonly inner: MapShape;
}

/** All that the costs of the rest of a path depend on. */
interface State {
  readonly level: number;
  /** H^{l-2} and H^{l-1} of the next cell. */
  readonly older: MapShape;
  readonly previous: MapShape;
  /** Whether a cell at stride 4 has come, which is the low-level feature of the DeepLab decoder. */
  readonly hasLowLevel: boolean;
}

/** An arrow from a state: what its cell costs besides its branches, and where these run. */
export interface PathStep {
  readonly from: number;
  readonly to: number;
  /** The arrow in the trellis. */
  readonly arrow: number;
  readonly level: number;
  /** A number of {@link PathGraph.places}. */
  readonly place: number;
  readonly pieces: readonly Piece[];
}

/** All paths through a trellis, as steps between states. */
export interface PathGraph {
  /** Number of states; 0 is the stem. */
  readonly states: number;
  /** Layer by layer. */
  readonly steps: readonly PathStep[];
  readonly places: readonly CellPlace[];
  /** What every network has. */
  readonly stem: readonly Piece[];
  /** By state of the last layer, what follows the last cell. */
  readonly ends: ReadonlyMap<number, readonly Piece[]>;
  readonly pieces: Pieces;
}

/** States and places, numbered as they are found. */
class Numbers<T> {
  readonly items: T[] = [];
  private readonly byKey = new Map<string, number>();

  of(item: T, scope = ''): number {
    const key = scope + JSON.stringify(item);
    const known = this.byKey.get(key) ?? this.items.push(item) - 1;
    this.byKey.set(key, known);
    return known;
  }
}

/**
 * The graph of all paths. Two ways to a node meet in one state if all that follows costs the same: the maps
 * of the last two layers and whether the low-level feature is known decide that.
 *
 * Every cell reads both of its inputs, so that every section of the network is built: the first block of a
 * decoded cell has just these two.
 *
 * @param blocks - of the cell
 */
export function pathGraph(
  trellis: Trellis,
  blocks: number,
  settings: ResolvedNetworkSettings,
  image: Size,
): PathGraph {
  const pieces = networkPieces(settings, image);
  const [half, quarter] = stemSizes(image);
  const [atHalf, atQuarter] = settings.stemWidths;
  const stemMap: MapShape = { ...quarter, channels: atQuarter };
  const states = new Numbers<State>();
  const places = new Numbers<CellPlace>();
  const steps: PathStep[] = [];
  states.of({
    level: 0,
    older: { ...half, channels: atHalf },
    previous: stemMap,
    hasLowLevel: false,
  });
  let layer = new Set([0]);
  for (let l = 1; l <= trellis.layers; l++) {
    const next = new Set<number>();
    const arrows = trellis.arrows.filter((arrow) => arrow.layer === l);
    for (const from of layer) {
      const state = states.items[from];
      for (const { index, to: level } of arrows.filter((arrow) => arrow.from === state.level)) {
        const cell = cellAfter(state, level, blocks, settings.filterMultiplier);
        const to = states.of(cell.state, `${l} `);
        next.add(to);
        const opens = level === 0 && !state.hasLowLevel;
        steps.push({
          from,
          to,
          arrow: index,
          level,
          place: places.of(cell.place),
          pieces: [
            pieces.older(state.older, cell.place.read),
            pieces.previous(state.previous, cell.place.read),
            pieces.blocks(blocks, cell.place.inner),
            ...(opens ? [pieces.lowLevel(cell.state.previous)] : []),
          ],
        });
      }
    }
    layer = next;
  }
  const ends = new Map(
    [...layer].map((index) => {
      const { previous, level, hasLowLevel } = states.items[index];
      const rest = [pieces.aspp(previous, level), pieces.scores(sizeOf(previous))];
      return [index, hasLowLevel ? rest : [...rest, pieces.lowLevel(stemMap)]] as const;
    }),
  );
  return {
    states: states.items.length,
    steps,
    places: places.items,
    stem: [pieces.stem()],
    ends,
    pieces,
  };
}

const sizeOf = ({ height, width }: MapShape): Size => ({ height, width });

/** The cell that follows a state at a level, and the state behind it. */
function cellAfter(
  { level: from, previous, hasLowLevel }: State,
  level: number,
  blocks: number,
  filterMultiplier: number,
): { readonly place: CellPlace; readonly state: State } {
  const step = level - from;
  const size = sizeOf(previous);
  const inner = cellMap(filterMultiplier, level, cellSize(size, step));
  const read = cellMap(filterMultiplier, level, readingSize(size, step));
  return {
    place: { read, stride: inputStride(step), inner },
    state: {
      level,
      older: previous,
      previous: { ...inner, channels: blocks * inner.channels },
      hasLowLevel: hasLowLevel || level === 0,
    },
  };
}
