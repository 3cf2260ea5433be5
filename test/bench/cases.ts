/** What can be measured: each case is one piece of work, done by several implementations. */

/** Who does the work. */
export type Implementation =
  | 'compiled'
  | 'compiled-bfloat16'
  | 'eager'
  | 'wasm'
  | 'pytorch'
  | 'pytorch-bfloat16'
  | 'pytorch-compiled'
  | 'pytorch-compiled-bfloat16';

/** All implementations, in the order in which they are measured. */
export const IMPLEMENTATIONS: readonly Implementation[] = [
  'compiled',
  'compiled-bfloat16',
  'eager',
  'wasm',
  'pytorch',
  'pytorch-bfloat16',
  'pytorch-compiled',
  'pytorch-compiled-bfloat16',
];

/** Whether PyTorch does the work. */
export const isPytorch = (implementation: Implementation): boolean =>
  implementation.startsWith('pytorch');

/** Whether `torch.compile` makes code of the network first. */
export const isCompiledByTorch = (implementation: Implementation): boolean =>
  implementation.startsWith('pytorch-compiled');

/** What convolutions compute with. */
export const precisionOf = (implementation: Implementation): 'float32' | 'bfloat16' =>
  implementation.endsWith('-bfloat16') ? 'bfloat16' : 'float32';

/** One weight step and one architecture step of the search network. */
export interface SearchWork {
  readonly kind: 'search';
  readonly layers: number;
  readonly filterMultiplier: number;
  readonly blocks: number;
  readonly crop: number;
  readonly batch: number;
}

/** One training step of Auto-DeepLab-S. */
export interface RetrainWork {
  readonly kind: 'retrain';
  readonly crop: number;
  readonly batch: number;
}

/** From images to label maps by Auto-DeepLab-S. */
export interface InferWork {
  readonly kind: 'infer';
  readonly height: number;
  readonly width: number;
  readonly batch: number;
}

/** One piece of work. */
export type Work = SearchWork | RetrainWork | InferWork;

/** Classes of all networks: those of Cityscapes. */
export const CLASSES = 19;

/** Filter multiplier F of Auto-DeepLab-S. */
export const S_FILTER_MULTIPLIER = 20;

/** One thing to measure. */
export interface Case {
  readonly name: string;
  readonly work: Work;
  /** *step* - the time of the work itself. *trace* - the time until the compiled work can start. */
  readonly measures: 'step' | 'trace';
  readonly implementations: readonly Implementation[];
  /** Whether `--quick` takes it. */
  readonly isQuick: boolean;
  /** Place in the table that shows how time grows. */
  readonly growth?: GrowthPoint;
}

/** What grows in a series of cases. */
export const SERIES = ['pixels', 'batch', 'layers', 'blocks'] as const;

/** One of {@link SERIES}. */
export type Series = (typeof SERIES)[number];

/** A point of a series of cases that differ in one size only. */
export interface GrowthPoint {
  /** What grows. */
  readonly series: Series;
  /** How much of it: pixels of an image, images, layers, or blocks of a cell. */
  readonly size: number;
}

const BATCH = 2;

type SearchSize = readonly [
  layers: number,
  filterMultiplier: number,
  blocks: number,
  crop: number,
  batch?: number,
];

function searchWork([layers, filterMultiplier, blocks, crop, batch = BATCH]: SearchSize): Work {
  return { kind: 'search', layers, filterMultiplier, blocks, crop, batch };
}

const retrainWork = (crop: number): Work => ({ kind: 'retrain', crop, batch: BATCH });
const inferWork = (height: number, width: number): Work => ({
  kind: 'infer',
  height,
  width,
  batch: 1,
});

/** The works by name. */
const WORKS: readonly (readonly [name: string, work: Work])[] = [
  ['search-6-4-3-65', searchWork([6, 4, 3, 65])],
  ['search-12-8-5-65', searchWork([12, 8, 5, 65])],
  ['search-12-8-5-129', searchWork([12, 8, 5, 129])],
  ['search-12-8-5-321', searchWork([12, 8, 5, 321])],
  ['search-batch-8-12-8-5-321', searchWork([12, 8, 5, 321, 8])],
  ['retrain-s-321', retrainWork(321)],
  ['retrain-s-513', retrainWork(513)],
  ['infer-s-513', inferWork(513, 513)],
  ['infer-s-1025x2049', inferWork(1025, 2049)],
];

const QUICK = new Set(['search-6-4-3-65', 'infer-s-513']);

const GROWTH_CROPS = [65, 129, 193, 257];
const GROWTH_BATCHES = [1, 2, 4, 8];
const GROWTH_BATCH_CROP = 129;
const GROWTH_LAYERS = [3, 6, 9, 12];
const GROWTH_BLOCKS = [2, 3, 4, 5];

function growthCase(series: Series, name: number, size: SearchSize, grown = name): Case {
  return {
    name: `growth-${series}-${name}`,
    work: searchWork(size),
    measures: 'step',
    implementations: ['compiled'],
    isQuick: false,
    growth: { series, size: grown },
  };
}

/** `torch.compile` would take hours for a supernet; a batch of 8 has nothing beside it. */
function implementationsFor(work: Work): readonly Implementation[] {
  if (work.kind === 'search') {
    return work.batch > BATCH
      ? ['compiled']
      : IMPLEMENTATIONS.filter((one) => !isCompiledByTorch(one));
  }
  return IMPLEMENTATIONS;
}

/** A label map is traced at its first run; a batch of 8 is traced as one of 2. */
const isTraced = (name: string) => !name.startsWith('infer-') && !name.startsWith('search-batch-');

/** `trace-12-8-5-321` for `search-12-8-5-321`, `trace-retrain-s-513` for `retrain-s-513`. */
const traceName = (name: string) => `trace-${name.replace(/^search-/, '')}`;

/** Every case, in the order in which they are measured. */
export const CASES: readonly Case[] = [
  ...WORKS.map(([name, work]): Case => ({
    name,
    work,
    measures: 'step',
    implementations: implementationsFor(work),
    isQuick: QUICK.has(name),
  })),
  ...WORKS.filter(([name]) => isTraced(name)).map(([name, work]): Case => ({
    name: traceName(name),
    work,
    measures: 'trace',
    implementations: ['compiled'],
    isQuick: QUICK.has(name),
  })),
  ...GROWTH_CROPS.map((crop) => growthCase('pixels', crop, [6, 4, 3, crop], crop ** 2)),
  ...GROWTH_BATCHES.map((batch) => growthCase('batch', batch, [6, 4, 3, GROWTH_BATCH_CROP, batch])),
  ...GROWTH_LAYERS.map((layers) => growthCase('layers', layers, [layers, 4, 3, 65])),
  ...GROWTH_BLOCKS.map((blocks) => growthCase('blocks', blocks, [6, 4, blocks, 65])),
];

/** A work in words. */
export function describeWork(work: Work): string {
  switch (work.kind) {
    case 'search':
      return (
        `weight step + architecture step, L ${work.layers}, F ${work.filterMultiplier}, ` +
        `B ${work.blocks}, crop ${work.crop}, batch ${work.batch}`
      );
    case 'retrain':
      return `training step of Auto-DeepLab-S, crop ${work.crop}, batch ${work.batch}`;
    case 'infer':
      return `label map by Auto-DeepLab-S, ${work.height} x ${work.width}, batch ${work.batch}`;
  }
}

/** A case in words. */
export function describeCase({ work, measures }: Case): string {
  return measures === 'trace' ? `trace and load: ${describeWork(work)}` : describeWork(work);
}
