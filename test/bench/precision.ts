/** `npm run bench:precision`: the losses of short searches or retrainings in float32 and in bfloat16, by seed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  openDataset,
  publishedArchitecture,
  retrain,
  search,
  useBackend,
  writeSample,
  type nn,
  type runs as programs,
} from 'autodeeplab';
import { Command, Option } from 'commander';
import { describeMachine } from './machine.js';
import { differenceOf, meansOf } from './precision/differences.js';
import { table } from './report.js';

interface Flags {
  readonly work: 'retrain' | 'search';
  readonly steps: string;
  readonly seeds: string;
  readonly json?: string;
}

/** One search or retraining. */
interface PrecisionRun {
  readonly precision: nn.Precision;
  readonly seed: number;
  /** Mean IoU on the validation images after the last step; null of a search, which is not validated. */
  readonly meanIou: number | null;
  readonly seconds: number;
  readonly losses: readonly number[];
}

/** Steps whose mean loss is compared. */
const WINDOW = 20;

const { work, steps, seeds, json } = new Command('npm run bench:precision --')
  .description('Losses of short runs on the rendered sample in float32 and in bfloat16')
  .addOption(
    new Option('--work <name>', 'what runs').choices(['retrain', 'search']).default('retrain'),
  )
  .option('--steps <n>', 'steps of each', '200')
  .option('--seeds <n>', 'seeds, from 1 on', '2')
  .option('--json <file>', 'write the losses to this file')
  .parse()
  .opts<Flags>();

const machine = describeMachine(process.cwd());
const folder = mkdtempSync(path.join(tmpdir(), 'precision-'));
const root = path.join(folder, 'sample');
await useBackend('tensorflow');
await writeSample({ root, width: 256, height: 128, counts: { train: 32, val: 8 } });
const dataset = await openDataset('sample', { root });

const images = { crop: 65, batchSize: 4, historyEvery: 1 } as const;

/** The published architecture, narrow, on crops of the sample. */
const retraining = {
  ...images,
  steps: Number(steps),
  filterMultiplier: 4,
  stemWidths: [16, 32],
  headFilters: 64,
  validateEvery: 1000, // and after the last
} as const;

/** A small supernet, α and β trained from the first step on; 4 pairs of steps are an epoch. */
const searching = {
  ...images,
  layers: 6,
  filterMultiplier: 4,
  blocks: 3,
  epochs: Math.ceil(Number(steps) / 4),
  architectureStart: 0,
  validationSplit: null,
} as const;

const config = work === 'search' ? searching : retraining;

async function run(precision: nn.Precision, seed: number): Promise<PrecisionRun> {
  const losses: number[] = [];
  const start = performance.now();
  const request = {
    dataset,
    folder: path.join(folder, `${precision}-${seed}`),
    preset: 'tiny',
    onProgress: (event: programs.ProgressEvent) => {
      if (event.kind === 'step') {
        losses.push(Number(event.loss.toPrecision(6)));
      }
    },
  } as const;
  const { meanIou = null } =
    work === 'search'
      ? await search({ ...request, config: { ...searching, precision, seed } })
      : await retrain({
          ...request,
          architecture: publishedArchitecture,
          config: { ...retraining, precision, seed },
        });
  return { precision, seed, meanIou, seconds: (performance.now() - start) / 1000, losses };
}

const runs: PrecisionRun[] = [];
for (let seed = 1; seed <= Number(seeds); seed++) {
  for (const precision of ['float32', 'bfloat16'] as const) {
    runs.push(await run(precision, seed));
    console.error(`${precision}, seed ${seed}: done`);
  }
}
rmSync(folder, { recursive: true });

const lossesOf = (precision: nn.Precision, seed: number) =>
  runs.find((one) => one.precision === precision && one.seed === seed)!.losses;
const own = Array.from({ length: Number(seeds) }, (_, i) =>
  differenceOf(lossesOf('float32', i + 1), lossesOf('bfloat16', i + 1), WINDOW),
);
const others = Array.from({ length: Number(seeds) - 1 }, (_, i) =>
  differenceOf(lossesOf('float32', i + 1), lossesOf('float32', i + 2), WINDOW),
);
const differences = { window: WINDOW, betweenPrecisions: own, betweenSeeds: others };
const rows = runs.map(({ precision, seed, losses, meanIou, seconds }) => [
  precision,
  String(seed),
  ...meansOf(losses, Number(steps) / 4).map((mean) => mean.toFixed(3)),
  meanIou === null ? '–' : meanIou.toFixed(3),
  seconds.toFixed(0),
]);
const quarters = ['first', 'second', 'third', 'last'].map((name) => `${name} quarter`);
console.log(table([['precision', 'seed', ...quarters, 'mIoU', 'seconds'], ...rows], 2));
console.log(JSON.stringify(differences));
if (json !== undefined) {
  const command = `npm run bench:precision -- --work ${work} --steps ${steps} --seeds ${seeds}`;
  const text = JSON.stringify({ command, machine, config, differences, runs }, undefined, 1);
  // A list of numbers in one line.
  writeFileSync(json, `${text.replaceAll(/\s*\n\s+(-?\d[\d.e-]*,?)(?=\s*\n)/g, ' $1')}\n`);
}
