/** Reads the PyTorch fixtures of the supernet; see test/reference/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolveSearchSpace, type SearchSpaceOptions } from '../../lib/search-space/options.js';
import type { FillSpec } from './fill.js';

/** Height, width and channels of a map, and its norm over the batch. */
export interface MapSummary {
  readonly shape: readonly [number, number, number];
  readonly norm: number;
}

/** A supernet that PyTorch computed. */
export interface SupernetFixture {
  readonly name: string;
  readonly options: {
    layers: number;
    filterMultiplier: number;
    blocks: number;
    classes: number;
    stem: [number, number];
    missing: 'resize' | 'drop';
    shareCellWeights: boolean;
    projection: 'none' | 'conv';
    affine: { stem: boolean; cell: boolean };
  };
  readonly image: FillSpec;
  readonly labels: FillSpec;
  readonly parameters: number;
  readonly stem: MapSummary;
  readonly nodes: readonly (MapSummary & { readonly layer: number; readonly stride: number })[];
  readonly logits: { shape: number[]; positions: number[]; logits: number[] };
  readonly loss: number;
  readonly alphaGradient: number[];
  readonly betaGradient: number[];
  readonly weightGradients: Record<string, [number, number, number]>;
}

const folder = new URL('../fixtures/supernet/', import.meta.url);
/** All of them, by name. */
export const supernetFixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as SupernetFixture);

/** The options of the library under which a supernet is that of a fixture. */
export function optionsOf({ options }: SupernetFixture): SearchSpaceOptions {
  const { affine, stem, missing, shareCellWeights, projection, ...size } = options;
  return resolveSearchSpace({
    ...size,
    stemWidths: stem,
    missingInput: missing,
    cellWeights: shareCellWeights ? 'shared' : 'separate',
    asppProjection: projection,
    bnAffine: affine.cell ? 'all' : affine.stem ? 'outside-cells' : 'none',
  });
}
