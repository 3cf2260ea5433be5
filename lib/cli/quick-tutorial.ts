/** `autodeeplab tutorial --quick`: the whole chain on the built-in sample by library calls. */
import { join } from 'node:path';
import type { BackendChoice, BackendName } from '../backend/backend-name.js';
import type { BackendInfo } from '../backend/use-backend.js';
import { openDataset } from '../dataset/open-dataset.js';
import { writeSample } from '../sample/write-sample.js';
import { drawPath } from '../architecture/describe.js';
import type { SearchConfig } from '../search/options.js';
import { search } from '../search/search.js';
import { levelStride } from '../search-space/trellis.js';
import { evaluate } from '../evaluate/evaluate.js';
import type { EvaluationReport } from '../evaluate/report.js';
import { predict } from '../inference/predict.js';
import type { RetrainConfig } from '../retrain/options.js';
import { retrain } from '../retrain/retrain.js';
import { duration } from '../duration.js';
import { percent, table } from '../text.js';
import { SMALL_KERNELS, startBackend } from './start.js';
import { prepareTutorialFolder, writeResults } from './tutorial-folder.js';
import { watch, type Watched } from './watch.js';

/** How the chain is run. */
export interface QuickFlags {
  readonly out: string;
  readonly seed: number;
  readonly backend: BackendChoice;
}

/** Where the parts of the chain go. */
const FOLDERS = { data: 'data', search: 'search', retrain: 'retrain', predictions: 'predictions' };

/** What an earlier tutorial left and a new one replaces; the pictures are kept. */
const LEFTOVERS = [FOLDERS.search, FOLDERS.retrain, FOLDERS.predictions];

/** The pictures: small, so that two cores are enough. */
const SAMPLE = { width: 256, height: 128, counts: { train: 64, val: 16 } };

/** Changes to the preset `tiny`. */
const SEARCH: Partial<SearchConfig> = {
  epochs: 8,
  architectureStart: 2,
  validationImages: null,
  validationView: 'whole',
};

/** Changes to the preset `tiny`. */
const RETRAIN: Partial<RetrainConfig> = {
  crop: { height: 97, width: 129 },
  epochs: 25,
  learningRate: 0.02,
  batchNormMomentum: 0.95,
  validateEvery: 5,
  validationImages: null,
  augment: { minScale: 0.75, maxScale: 1.5, scaleStep: 0.25, flipProbability: 0.5 },
};

/** Fewer passes where a step takes ten times as long. */
const SHORTER: Readonly<
  Record<
    BackendName,
    { readonly search: Partial<SearchConfig>; readonly retrain: Partial<RetrainConfig> }
  >
> = {
  tensorflow: { search: {}, retrain: {} },
  wasm: {
    search: { epochs: 4, architectureStart: 1 },
    retrain: {
      crop: { height: 65, width: 97 },
      epochs: 8,
      validateEvery: 4,
      batchNormMomentum: 0.9,
    },
  },
};

/** Measures stages. */
class Clock {
  readonly seconds: Record<string, number> = {};

  async time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    this.seconds[stage] = (performance.now() - start) / 1000;
    return result;
  }
}

/** What the tutorial ends with. */
interface Outcome {
  readonly backend: BackendInfo;
  readonly seed: number;
  readonly path: readonly number[];
  readonly searchMeanIou: number | undefined;
  readonly report: EvaluationReport;
  readonly seconds: Readonly<Record<string, number>>;
}

/** The table at the end. */
export function describeOutcome({ path, searchMeanIou, report, seconds }: Outcome): string {
  const { baselines } = report;
  const time = (stage: string) => duration(seconds[stage] ?? 0);
  return table([
    ['stage', 'result', 'time'],
    ['sample', `${SAMPLE.counts.train} + ${SAMPLE.counts.val} images`, time('sample')],
    ['search: validation mIoU of the supernet', percent(searchMeanIou, 2), time('search')],
    ['decoded path (strides)', path.map(levelStride).join(', '), ''],
    ['retrained network: mIoU', percent(report.meanIou, 2), time('retrain')],
    ['retrained network: pixel accuracy', percent(report.pixelAccuracy, 2), time('evaluate')],
    ...(baselines
      ? [
          [
            `without a network, "${baselines.frequentClass.name}" everywhere: mIoU`,
            percent(baselines.frequentClass.meanIou, 2),
            '',
          ],
          [
            'without a network, most frequent class at each place: mIoU',
            percent(baselines.position.meanIou, 2),
            '',
          ],
        ]
      : []),
  ]);
}

/** The chain; undefined if it was interrupted. */
async function runChain(
  { out, seed }: QuickFlags,
  backend: BackendInfo,
  { signal, onProgress, display }: Watched,
): Promise<Outcome | undefined> {
  const folder = (name: keyof typeof FOLDERS) => join(out, FOLDERS[name]);
  const changes = SHORTER[backend.name];
  const environment = { backend };
  const clock = new Clock();
  const root = folder('data');

  display.line('1/4 sample: rendering street scenes');
  await clock.time('sample', () =>
    writeSample({
      root,
      ...SAMPLE,
      seed,
      signal,
      onProgress: ({ done, total }) =>
        onProgress({ kind: 'images', purpose: 'rendering', done, total, secondsLeft: undefined }),
    }),
  );
  const dataset = await openDataset('sample', { root });

  display.line('2/4 search: weights first, then weights and architecture in turn');
  const config = { ...SEARCH, ...changes.search, seed };
  const found = await clock.time('search', () =>
    search({
      dataset,
      folder: folder('search'),
      preset: 'tiny',
      config,
      signal,
      onProgress,
      environment,
    }),
  );
  if (!found.decoded) {
    return undefined;
  }
  const { architecture } = found.decoded;
  display.line(`decoded path\n${drawPath(architecture.path)}`);

  display.line('3/4 retrain: the decoded network from scratch');
  const trained = await clock.time('retrain', () =>
    retrain({
      dataset,
      architecture,
      folder: folder('retrain'),
      preset: 'tiny',
      config: { ...RETRAIN, ...changes.retrain, seed },
      signal,
      onProgress,
      environment,
    }),
  );
  if (trained.interrupted) {
    return undefined;
  }

  display.line('4/4 evaluate: whole images of the validation split, and a few pictures');
  const report = await clock.time('evaluate', () =>
    evaluate({ dataset, folder: folder('retrain'), signal, onProgress }),
  );
  const [first] = await dataset.samples('val');
  await predict({
    folder: folder('retrain'),
    input: first.imageFile,
    out: folder('predictions'),
    signal,
    onProgress,
  });
  return {
    backend,
    seed,
    path: architecture.path,
    searchMeanIou: found.meanIou,
    report,
    seconds: clock.seconds,
  };
}

/** Search, decode, retrain and evaluate on a small rendered sample. */
export async function runQuickTutorial(flags: QuickFlags): Promise<void> {
  const { out } = flags;
  const start = performance.now();
  await prepareTutorialFolder(out, (name) => LEFTOVERS.includes(name));
  const backend = await startBackend(flags.backend, SMALL_KERNELS);
  const outcome = await watch(
    (watched) => runChain(flags, backend, watched),
    'run the tutorial again to start over',
  );
  if (outcome) {
    await writeResults(out, { isComplete: true, ...outcome });
    const total = duration((performance.now() - start) / 1000);
    console.log(`\n${describeOutcome(outcome)}\n`);
    console.log(
      `finished in ${total} on ${backend.name} (${backend.device}), seed ${flags.seed}; ` +
        `results, histories and pictures are in ${out}. The runs are far too short to find a ` +
        'good network: they show that every part works.',
    );
  }
}
