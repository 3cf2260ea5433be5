/** The parts of a derived network and what each reads, for a drawing. */
import type { NetworkCost, NetworkCostOptions, SectionCost } from '../../segmentation/cost/cost.js';
import { lowLevelCell } from '../../segmentation/deeplab-decoder.js';
import { readInputs } from '../../segmentation/reads.js';

/** Height, width and channels of a feature map. */
export type MapSize = readonly [height: number, width: number, channels: number];

/** A part of the network that has a box. */
export interface NetworkBox {
  readonly kind: 'image' | 'stem' | 'cell' | 'head';
  /** What stands above its column. */
  readonly tick: string;
  /** What it is, in words. */
  readonly name: string;
  /** Its column: layer 1 … L, others beside them. */
  readonly x: number;
  /** log2(stride / 4): 0 is stride 4. */
  readonly level: number;
  /** Its result; undefined where nothing reads it, so that it is not built. */
  readonly output: MapSize | undefined;
  /** What it costs; undefined where its numbers stand at another box. */
  readonly cost: SectionCost | undefined;
}

/** What leads from one box to another. */
export interface NetworkLine {
  readonly from: number;
  readonly to: number;
  /** *main* - from one part to the next; *older* - H^{l-2}; *low-level* - to the DeepLab decoder. */
  readonly kind: 'main' | 'older' | 'low-level';
}

/** Columns of what stands beside the layers; those behind the last layer are counted from it. */
const COLUMNS = { image: -2.45, half: -1.2, quarter: 0, aspp: 1.15, decoder: 2.35, scores: 3.6 };

/** The columns at the left and at the right end, with half a box. */
export function columnRange(layers: number): readonly [number, number] {
  return [COLUMNS.image - 0.65, layers + COLUMNS.scores + 0.65];
}

/** The boxes of a network, in the order of the computation: image, stem, stem, cells, ASPP, decoder, scores. */
export function networkBoxes(
  { architecture: { path }, classes, height, width }: NetworkCostOptions,
  { sections, layers }: NetworkCost,
): NetworkBox[] {
  const cost = (name: string) => sections.find((section) => section.name === name);
  const atHalf = layers.find(({ name }) => name.startsWith('stem/conv2/'))?.output;
  const stem = cost('stem');
  const last = path.length;
  const lastLevel = path[last - 1];
  const head = (name: string) => ({ output: cost(name)?.output, cost: cost(name) });
  return [
    {
      kind: 'image',
      tick: 'image',
      name: 'image',
      x: COLUMNS.image,
      level: -2,
      output: [height, width, 3],
      cost: undefined,
    },
    {
      kind: 'stem',
      tick: 'stem',
      name: 'stem at stride 2',
      x: COLUMNS.half,
      level: -1,
      output: atHalf,
      cost: undefined,
    },
    {
      kind: 'stem',
      tick: 'stem',
      name: 'stem',
      x: COLUMNS.quarter,
      level: 0,
      output: stem?.stride === 4 ? stem.output : undefined,
      cost: stem,
    },
    ...path.map((level, i): NetworkBox => {
      const own = cost(`cell${i}`);
      const layer = i + 1;
      return {
        kind: 'cell',
        tick: layer === 1 ? 'layer 1' : String(layer),
        name: `layer ${layer}`,
        x: layer,
        level,
        output: own?.output,
        cost: own,
      };
    }),
    {
      kind: 'head',
      tick: 'ASPP',
      name: 'ASPP',
      x: last + COLUMNS.aspp,
      level: lastLevel,
      ...head('aspp'),
    },
    {
      kind: 'head',
      tick: 'decoder',
      name: 'DeepLab decoder',
      x: last + COLUMNS.decoder,
      level: 0,
      ...head('decoder'),
    },
    {
      kind: 'image',
      tick: 'scores',
      name: 'class scores',
      x: last + COLUMNS.scores,
      level: -2,
      output: [height, width, classes],
      cost: undefined,
    },
  ];
}

/** What each box reads, as far as it is built. */
export function networkLines(
  { architecture: { path, genotype } }: NetworkCostOptions,
  boxes: readonly NetworkBox[],
): NetworkLine[] {
  const [older, previous] = readInputs(genotype);
  const cells = path.length;
  const aspp = cells + 3;
  const lowLevel = lowLevelCell(path);
  const lines: NetworkLine[] = [
    { from: 0, to: 1, kind: 'main' },
    { from: 1, to: 2, kind: 'main' },
    ...path.flatMap((_, cell): NetworkLine[] => [
      ...(previous ? [{ from: cell + 2, to: cell + 3, kind: 'main' } as const] : []),
      ...(older ? [{ from: cell + 1, to: cell + 3, kind: 'older' } as const] : []),
    ]),
    { from: aspp - 1, to: aspp, kind: 'main' },
    { from: aspp, to: aspp + 1, kind: 'main' },
    { from: (lowLevel ?? -1) + 3, to: aspp + 1, kind: 'low-level' },
    { from: aspp + 1, to: aspp + 2, kind: 'main' },
  ];
  return lines.filter(({ from, to }) => boxes[from].output && boxes[to].output);
}
