/** Measures how long the pieces of networks take on this machine. */
import { programThreads } from '../../backend/native.js';
import { declarePart } from '../../nn/declare.js';
import { describeEnvironment } from '../../run/environment.js';
import { resolveOperations } from '../../search-space/operations/registry.js';
import { completeShape, trellisOf, type SearchSpaceShape } from '../../search-space/shape.js';
import type { Piece } from '../../segmentation/pieces.js';
import { median } from '../../text.js';
import { ensureBackend } from '../../training/ensure-backend.js';
import type { LoopControl } from '../../training/events.js';
import { resolveNetwork, type BudgetNetwork } from '../network.js';
import { pathGraph } from '../path-graph.js';
import type { LatencyProfile, PieceTime, ProfileMachine } from './profile.js';
import { timeParts, type TimedPart } from './time-part.js';

/** What to measure. */
export interface MeasureProfileOptions extends LoopControl, Partial<SearchSpaceShape> {
  /** Width and classes of the networks, and the size of the image. */
  readonly network: BudgetNetwork;
}

/** All pieces of the networks of a search space, by name. */
export function allPieces(shape: SearchSpaceShape, network: BudgetNetwork): Map<string, Piece> {
  const { settings, image } = resolveNetwork(network);
  const graph = pathGraph(trellisOf(shape), shape.blocks, settings, image);
  const names = resolveOperations(shape.operations)
    .filter(({ family }) => family !== 'none')
    .map(({ name }) => name);
  const operations = graph.places.flatMap(({ read, stride, inner }) =>
    names.flatMap((name) => [
      graph.pieces.operation(name, read, stride),
      graph.pieces.operation(name, inner, 1),
    ]),
  );
  const steps = graph.steps.flatMap(({ pieces }) => pieces);
  const all = [...graph.stem, ...steps, ...operations, ...[...graph.ends.values()].flat()];
  return new Map(all.map((piece) => [piece.name, piece]));
}

/** This process as profiles name it. */
function thisMachine(): ProfileMachine {
  const { processor, cores, backend, library } = describeEnvironment();
  return {
    processor,
    cores,
    backend,
    threads: programThreads('chain').intra,
    date: new Date().toISOString(),
    libraryVersion: library,
  };
}

/** What a call takes that computes nothing is in every measured time. */
const NOTHING: TimedPart = { part: (_, [x]) => x, inputs: [[1, 1, 1, 1]] };

/** Whether a piece has a kernel; a skip connection has none. */
function computes({ run, inputs }: Piece): boolean {
  return declarePart(run, inputs).graph.nodes.length > 0;
}

/** The times of pieces: the medians of their runs, without what a call takes. */
async function timePieces(pieces: readonly Piece[], control: LoopControl): Promise<PieceTime[]> {
  const parts = pieces.map(({ run, inputs }): TimedPart => ({ part: run, inputs }));
  const [call, ...times] = await timeParts([NOTHING, ...parts], 'pieces of networks', control);
  return times.map((runs) => ({
    seconds: Math.max(0, median(runs) - median(call)),
    runs: runs.length,
  }));
}

/**
 * Measures a latency table on this machine with the backend in use: every operation at every stride and width
 * that a network of the search space can have, and stem, cell inputs, ASPP and DeepLab decoder, one image at a
 * time, each compiled by itself as predictions are; the median of at least nine runs in three rounds over all of
 * them, less what a call takes. It takes a minute or more.
 *
 * Source: the latency table of ProxylessNAS (Cai et al. 2019, §3.2) and FBNet (Wu et al. 2019, §3.2), which add
 * the times of operations in the same way.
 *
 * @throws {@link BackendError} if a piece does not fit into memory
 * @throws {@link ConfigError} if a setting is not usable
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const network = { filterMultiplier: 2, classes: 3, height: 33, width: 33 };
 * const profile = await measureProfile({ layers: 2, blocks: 1, network });
 * const { costs } = decodeWithin({
 *   layers: 2,
 *   blocks: 1,
 *   alpha: new Float32Array(16),
 *   beta: new Float32Array(7),
 *   network,
 *   limits: { latency: 10 },
 *   profile,
 * });
 * costs.latency! < 10; // true
 */
export async function measureProfile(options: MeasureProfileOptions): Promise<LatencyProfile> {
  const { network } = options;
  const shape = completeShape(options);
  await ensureBackend();
  const pieces = [...allPieces(shape, network).values()];
  const computing = pieces.filter(computes);
  const timed = await timePieces(computing, options);
  const times = new Map(computing.map(({ name }, i) => [name, timed[i]]));
  const { settings, image } = resolveNetwork(network);
  const { filterMultiplier, classes, stemWidths, headFilters, imagePoolingNorm } = settings;
  return {
    version: 1,
    machine: thisMachine(),
    network: {
      filterMultiplier,
      classes,
      stemWidths,
      headFilters,
      imagePoolingNorm,
      ...image,
      blocks: shape.blocks,
    },
    pieces: Object.fromEntries(
      pieces.map(({ name }) => [name, times.get(name) ?? { seconds: 0, runs: 0 }]),
    ),
  };
}
