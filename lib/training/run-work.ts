/** What the start of a run takes and gives. */
import type { Work } from '../backend/threads.js';
import type { Dataset, Sample } from '../dataset/dataset.js';
import type { LabelCounts } from '../dataset/inspection/label-counts.js';
import type { DataPart } from '../dataset/inspection/summary.js';
import type { PresetName } from '../dataset/kind.js';
import type { Loader } from '../dataset/loading/loader.js';
import type { Network, VariableSpec } from '../nn/scope.js';
import type { RunDirectory, RunDocument } from '../run/directory.js';
import type { ClusterRequest } from '../cluster/open-cluster.js';
import type { RingRequest } from '../cluster/ring/request.js';
import type { CompileOptions } from '../runtime/compile.js';
import type { Program } from '../runtime/program.js';
import type { Replication } from '../runtime/replicas.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import type { ExpectedCost } from './expected/expected.js';
import type { TrainingTask } from './loop/loop-task.js';
import type { LoopControl } from './events.js';
import type { DataConfig } from './options/data.js';
import type { Housekeeping } from './options/housekeeping.js';
import type { PrecisionConfig } from './options/precision.js';
import type { ReplicaConfig } from './options/replicas.js';
import type { ProgramOptions } from './options/resolve.js';
import type { RunData } from './run-data.js';
import type { OptionTable } from './options/table.js';

/** What a user asks for. */
export interface RunRequest<Config> extends LoopControl {
  readonly dataset: Dataset;
  /** The folder of the run: new or empty, or, with `resume`, that of the run to continue. */
  readonly folder: string;
  /** The preset that `config` changes; `paper` by default. */
  readonly preset?: PresetName;
  readonly config?: Partial<Config>;
  /** Whether to continue the run in `folder`; what its configuration may change, the options say. */
  readonly resume?: boolean;
  /**
   * What to say of the time and memory that the run will take, from its work and a measurement of the
   * machine, about a second. *first* - before the first step. *only* - nothing else: no step is done and
   * nothing is written. Left out: nothing.
   */
  readonly estimate?: 'first' | 'only' | undefined;
  /**
   * Workers on other machines that compute replicas with this one, and how long they may take. They change
   * no number: a run may be resumed on other machines, or on one.
   */
  readonly cluster?: ClusterRequest | undefined;
  /**
   * Equal processes that compute one replica each, of which this is one; none of them more than rank 0 writes
   * the folder, and gives the others its state. They change no number: a run may be resumed in another ring,
   * or without one.
   */
  readonly ring?: RingRequest | undefined;
  /** Further facts for the run's `environment.json`, such as what `useBackend` returned. */
  readonly environment?: object;
}

/** What a run gives. */
export interface RunResult {
  readonly folder: string;
  /** True if the signal stopped it before the end; resume it to continue. */
  readonly interrupted: boolean;
  /** True if it ended before its last step because validations no longer improved (`patience`). */
  readonly stoppedEarly: boolean;
  /** Steps and epochs done, over all sessions. */
  readonly steps: number;
  readonly epochs: number;
  /** Mean IoU at the last validation, from 0 to 1; undefined before the first. */
  readonly meanIou: number | undefined;
  /** The best mean IoU of all validations; undefined if there was none. */
  readonly bestMeanIou: number | undefined;
  /** Share of this session's training time spent waiting for data, 0 to 1; NaN without a step. */
  readonly dataShare: number;
  /** What it was expected to take from where it stood; undefined if not asked for. */
  readonly expected?: ExpectedCost | undefined;
}

/** A program, the network that it trains and the network's variables. */
export interface TrainedProgram {
  /** Its state holds the variables as `variables/…`. */
  readonly program: Program;
  readonly network: Network;
  /** How programs that only go forward with its weights are compiled. */
  readonly compileOptions: CompileOptions;
  readonly variables: readonly VariableSpec[];
  /** How replicas compute its steps; undefined: one does. */
  readonly replicas?: Replication | undefined;
  /** The variables whose averages, `averages/…` in the state, predict instead of them. */
  readonly averaged?: readonly string[];
}

/** What a task is made of. */
export interface TaskParts {
  readonly trained: TrainedProgram;
  /** Batches of samples for training; their order follows from the seed and the name. */
  readonly loader: (samples: readonly Sample[], name: string) => Loader;
  /** How many replicas this process computes; the batches have their images. */
  readonly replicasHere: number;
}

/** What search and retraining do differently. */
export interface RunWork<Batch, Prepared, Outcome> {
  /** The options there are. */
  readonly declared: ProgramOptions<OptionTable>;
  /** Their values. */
  readonly options: DataConfig &
    Housekeeping &
    ReplicaConfig &
    Partial<PrecisionConfig> & { readonly seed: number };
  /** The data that it uses. */
  readonly data: RunData;
  /** Facts of the run besides its dataset and its options; they must be the same on resume. */
  readonly facts: object;
  /** What α and β of the history belong to. */
  readonly searchSpace?: SearchSpaceShape;
  /** Where first weights come from; null: from the seed. */
  readonly initialWeights: string | null;
  /** The kind of work that its steps are. */
  readonly kindOfWork: Work;
  /** Batches of `batchSize` images that a step takes from the loader. */
  readonly batchesPerStep: number;
  /** What it trains on, by part. */
  readonly trainingParts: readonly Omit<DataPart, 'role'>[];
  /** Images predicted at once in validations. */
  readonly validationBatch: number;
  /** Finds out what follows from the label maps, once they are looked at. */
  prepare(labels: LabelCounts): Promise<Prepared>;
  /** @param place - where it is, if not on the devices that the options name */
  makeProgram(
    prepared: Prepared,
    place: Pick<CompileOptions, 'devices' | 'place' | 'ring'>,
  ): TrainedProgram;
  makeTask(parts: TaskParts, prepared: Prepared): TrainingTask<Batch>;
  /** Writes what belongs beside `config.json`. */
  writeDocuments(run: RunDirectory, prepared: Prepared): Promise<void>;
  /** The texts of documents that a new run has before its configuration, by their names. */
  readonly documents?: Readonly<Record<string, string>>;
  /** The documents that `finish` writes; a run that goes on no longer has them. */
  readonly outcomes?: readonly RunDocument[];
  /** What follows the last step. */
  finish(program: Program, run: RunDirectory): Promise<Outcome>;
}
