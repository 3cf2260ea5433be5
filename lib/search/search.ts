/** The search: from a dataset to an architecture. */
import { formatArchitecture } from '../architecture/format.js';
import type { DecodeResult } from '../decoder/decode.js';
import type { RunDirectory } from '../run/directory.js';
import { abortable, interruptSignal } from '../interrupt.js';
import { completeShape } from '../search-space/shape.js';
import { checkCrop } from '../training/check-crop.js';
import { withWholeCache } from '../training/options/housekeeping.js';
import { withPrecisionOfRun } from '../training/precision-of-run.js';
import { dataOfRun } from '../training/run-data.js';
import { resumedFolder } from '../training/ring-of-run.js';
import type { RunRequest, RunResult } from '../training/run-work.js';
import { startRun } from '../training/start-run.js';
import { decode } from '../decoder/decode.js';
import { decodeInputOf } from './decode-search.js';
import { halvesOfRun } from './halves.js';
import { resolveSearchConfig, SEARCH, type SearchConfig } from './options.js';
import { searchProgram } from './program.js';
import { readLogits, searchTask } from './task.js';
import { sharpnessOf, type Sharpness } from './sharpness.js';
import { travelWarning } from './travel.js';

/** What {@link search} needs. */
export type SearchOptions = RunRequest<SearchConfig>;

/** What a search gives; its mean IoU is that of the supernet. */
export interface SearchResult extends RunResult {
  /** The architecture that the final α and β give; undefined if interrupted, and beyond rank 0 of a ring. */
  readonly decoded: DecodeResult | undefined;
  /** How decided the final α and β are; undefined with it. */
  readonly sharpness: Sharpness | undefined;
}

/** Writes `architecture.json` and, without the trellis's details, `decode.json`. */
async function writeDecoded(run: RunDirectory, decoded: DecodeResult): Promise<void> {
  const { architecture, cell, path } = decoded;
  await run.writeText('architecture', formatArchitecture(architecture));
  await run.write('decode', { cell, path });
}

/**
 * Searches an architecture for a dataset.
 *
 * The weights w learn on half A of the training images; from epoch `architectureStart` on, α and β
 * learn on half B, step by step in turn. Each epoch ends with a validation, a row of the history and
 * a checkpoint; the last with the decoded architecture.
 *
 * The run's folder gets `config.json`, `environment.json`, `data.json` (the images it uses),
 * `halves.json`, `labels.json` (what their label maps hold), `class-counts.json` (if images are drawn by
 * their classes), `history.arrow`, `checkpoints/` (the last and the best) and at the end
 * `architecture.json`, `decode.json` and `end.json`.
 * The same configuration and seed on the same backend and machine give the same losses, also if the
 * run is interrupted and resumed. A resumed search may have more or fewer epochs: from there on the cosine
 * is that of the new length, `config.json` lists the change, and the old architecture is removed.
 *
 * A warning says before the first step if the settings move α and β too little to decide anything.
 *
 * Source: Auto-DeepLab §4, §5.1.
 *
 * @throws {@link ConfigError} if a setting is not usable, or differs from that of the resumed run
 * @throws {@link DataError} if an image or a file of the run cannot be read or written
 * @throws {@link ShapeError} if the crop is too small for the trellis
 * @throws {@link NumericError} if a loss is NaN or infinite
 *
 * @example
 * ```ts no-run
 * const dataset = await openDataset('cityscapes', { root: '/data/cityscapes' });
 * const { decoded } = await search({ dataset, folder: 'runs/search', preset: 'paper' });
 * ```
 */
export async function search(request: SearchOptions): Promise<SearchResult> {
  const { dataset } = request;
  const resumed = resumedFolder(request);
  const { kind } = dataset.description;
  const config = await withPrecisionOfRun(
    SEARCH,
    resumed,
    withWholeCache(resolveSearchConfig(request.config, request.preset, kind)),
  );
  const data = await dataOfRun({ ...request, resume: resumed !== undefined }, SEARCH, [
    config.split,
    config.validationSplit,
  ]);
  const signal = request.signal ?? interruptSignal();
  const { halves, samples } = await abortable(halvesOfRun(resumed, dataset, config), signal);
  await abortable(checkCrop(samples.a, config), signal);
  const { result, outcome } = await startRun(request, {
    declared: SEARCH,
    options: config,
    data,
    facts: {},
    searchSpace: completeShape(config),
    initialWeights: null,
    kindOfWork: 'branches',
    batchesPerStep: 1,
    trainingParts: [
      { name: `${config.split} (half A)`, samples: samples.a },
      { name: `${config.split} (half B)`, samples: samples.b },
    ],
    // Batch norms of the supernet go by the batch: alone, an image is scored by itself.
    validationBatch: 1,
    prepare: () => Promise.resolve(undefined),
    makeProgram: (_, place) => searchProgram(config, dataset.classes.length, 'auto', place),
    makeTask: (parts) => {
      const task = searchTask(config, samples, parts);
      const text = travelWarning(config, task.stepsPerEpoch);
      if (text !== undefined && (request.ring?.rank ?? 0) === 0) {
        request.onProgress?.({ kind: 'warning', text });
      }
      return task;
    },
    writeDocuments: (run) => run.write('halves', halves),
    outcomes: ['architecture', 'decode'],
    finish: async (program, run) => {
      const logits = await readLogits(program);
      const decoded = decode(decodeInputOf(logits, config, dataset.name));
      await writeDecoded(run, decoded);
      return { decoded, sharpness: sharpnessOf(logits, config) };
    },
  });
  return { ...result, decoded: outcome?.decoded, sharpness: outcome?.sharpness };
}
