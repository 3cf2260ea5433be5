/** The search: from a dataset to an architecture. */
import { join } from 'node:path';
import type { Dataset } from '../dataset/dataset.js';
import { decode, type DecodeResult } from '../decoder/decode.js';
import { writeArchitecture } from '../architecture/file.js';
import { writeJsonFile } from '../files/json-file.js';
import { libraryVersion } from '../run/version.js';
import { batchMaker } from '../training/batch-maker.js';
import { MAY_DIFFER, type PresetName } from '../training/data-config.js';
import { ensureBackend } from '../training/ensure-backend.js';
import { runLoop, type LoopControl } from '../training/loop.js';
import { RunSession } from '../training/session.js';
import { findValidationImages } from '../training/validation/validation.js';
import { resolveSearchConfig, type SearchConfig } from './config.js';
import { halvesOfRun } from './halves.js';
import { searchProgram } from './program.js';
import { readLogits, searchTask, type ArchitectureLogits } from './task.js';
import { interruptSignal } from '../interrupt.js';
import { memoryNotes } from '../runtime/memory.js';

/** What {@link search} needs. */
export interface SearchOptions extends LoopControl {
  readonly dataset: Dataset;
  /** The folder of the run: new or empty, or, with `resume`, that of the run to go on with. */
  readonly folder: string;
  /** The preset that `config` changes; `paper` by default. */
  readonly preset?: PresetName;
  readonly config?: Partial<SearchConfig>;
  /** Whether to go on with the run in `folder`; its configuration must be the same. */
  readonly resume?: boolean;
  /** Further facts for the run's `environment.json`, such as what `useBackend` returned. */
  readonly environment?: object;
}

/** What a search gives. */
export interface SearchResult {
  readonly folder: string;
  /** True if the signal stopped it before the end; resume to go on. */
  readonly interrupted: boolean;
  /** Steps and epochs done, over all sessions. */
  readonly steps: number;
  readonly epochs: number;
  /** Mean IoU of the supernet at the last validation of this session, from 0 to 1. */
  readonly meanIou: number | undefined;
  /** The best mean IoU of all validations; NaN if there was none. */
  readonly bestMeanIou: number;
  /** Share of this session's training time spent waiting for data, 0 to 1; NaN without a step. */
  readonly dataShare: number;
  /** The architecture that the final α and β give; undefined if interrupted. */
  readonly decoded: DecodeResult | undefined;
}

/** The document of a decode: the figures beside the architecture, without the trellis's details. */
function decodeDocument({ cell, path }: DecodeResult): object {
  return { cell, path };
}

/** Decodes the final α and β and writes `architecture.json` and `decode.json` into the folder. */
async function decodeInto(
  folder: string,
  { alpha, beta }: ArchitectureLogits,
  config: SearchConfig,
  dataset: Dataset,
): Promise<DecodeResult> {
  const { layers, firstLayer, blocks, seed, endNormalisation } = config;
  const decoded = decode({
    alpha,
    beta,
    layers,
    firstLayer,
    blocks,
    options: { endNormalisation },
    provenance: {
      source: 'search',
      seed,
      dataset: dataset.name,
      date: new Date().toISOString(),
      libraryVersion: libraryVersion(),
    },
  });
  await writeArchitecture(join(folder, 'architecture.json'), decoded.architecture);
  await writeJsonFile(join(folder, 'decode.json'), decodeDocument(decoded));
  return decoded;
}

/**
 * Searches an architecture for a dataset.
 *
 * The weights w learn on half A of the training images; from epoch `architectureStart` on, α and β
 * learn on half B, step by step in turn. Each epoch ends with a validation, a row of the history and
 * a checkpoint; the end with the decoded architecture.
 *
 * The run's folder gets `config.json`, `environment.json`, `halves.json`, `history.arrow`,
 * `checkpoints/` (the last and the best) and at the end `architecture.json` and `decode.json`.
 * The same configuration and seed on the same backend and machine give the same losses, also if the
 * run is interrupted and resumed.
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
export async function search(options: SearchOptions): Promise<SearchResult> {
  const { dataset, folder, resume = false, environment, onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  const config = resolveSearchConfig(options.config, options.preset, dataset.name);
  await ensureBackend();
  const validationImages = await findValidationImages(dataset, config);
  const classes = dataset.classes.length;
  const program = searchProgram(config, classes, validationImages?.size);
  try {
    const session = await RunSession.open({
      kind: 'search',
      folder,
      resume,
      seed: config.seed,
      config: { dataset: { name: dataset.name, root: dataset.root, classes }, ...config },
      mayDiffer: MAY_DIFFER,
      keepCheckpoints: config.keepCheckpoints,
      ...(environment && { environment }),
    });
    const maker = batchMaker(config.workers);
    try {
      [...session.notes, ...memoryNotes(program)].forEach((text) =>
        onProgress?.({ kind: 'note', text }),
      );
      session.restore(program);
      const halves = await halvesOfRun(session.run, dataset, config.split, config.seed);
      const task = searchTask({ config, dataset, halves, program, maker, validationImages });
      const { interrupted, position, scores, dataShare } = await runLoop(task, session, {
        signal,
        onProgress,
      });
      return {
        folder,
        interrupted,
        steps: position.step,
        epochs: position.epoch,
        meanIou: scores?.meanIou,
        bestMeanIou: position.best.meanIou,
        dataShare,
        decoded: interrupted
          ? undefined
          : await decodeInto(folder, await readLogits(program), config, dataset),
      };
    } finally {
      await maker.close();
      await session.close();
    }
  } finally {
    program.dispose();
  }
}
