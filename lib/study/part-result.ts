/** What a part of a study came to: a small file that holds all that is needed of it. */
import type { Architecture } from '../architecture/architecture.js';
import { DataError } from '../errors.js';
import type { FileLock } from '../files/lock.js';
import { describeEnvironment } from '../run/environment.js';
import { resultFile, studyKey } from './folder.js';
import type { StudyNetwork, StudyScore, StudySearch } from './record.js';
import { readSealed, writeSealed } from './sealed.js';
import type { StudySettings } from './settings.js';

/** What a search gives: all but the opinion of its supernet, and the networks that go with it. */
export interface SearchOutcome {
  readonly kind: 'search';
  readonly search: Omit<StudySearch, 'supernet'>;
  readonly networks: readonly StudyNetwork[];
}

/** What the supernet of a search gives. */
export interface OpinionOutcome {
  readonly kind: 'opinion';
  /** SHA-256 of the α that it was asked with: that of its search. */
  readonly alphaDigest: string;
  /** With α and β as they are. */
  readonly meanIou: number;
  /** With the operations and the path of what the search found only. */
  readonly decodedMeanIou: number;
  /** The same of each network that goes with it, by its id. */
  readonly networks: readonly { readonly id: string; readonly meanIou: number }[];
  readonly seconds: number;
}

/** What a retraining gives. */
export interface RetrainOutcome {
  readonly kind: 'retrain';
  readonly score: StudyScore;
  /** What was trained. */
  readonly architecture: Pick<Architecture, 'path' | 'genotype'>;
}

/** What a part of a study gives. */
export type PartOutcome = SearchOutcome | OpinionOutcome | RetrainOutcome;

/** Where and with what a part was computed. */
export interface PartOrigin {
  readonly command: string;
  readonly libraryVersion: string;
  readonly commit?: string | undefined;
  readonly processor: string;
  readonly cores: number;
  /** Of the machine, bytes. */
  readonly memory: number;
  readonly backend: string;
  /** ISO 8601, UTC: when its last start began, and when it was done. */
  readonly begun: string;
  readonly ended: string;
}

/** The document of a part that is done. */
export interface PartResult {
  readonly id: string;
  /** Tells its study from others. */
  readonly study: string;
  readonly madeBy: PartOrigin;
  readonly outcome: PartOutcome;
}

const ADVICE = 'restore the file, or remove it to do the part again';

/**
 * Reads the result of a part.
 *
 * @returns undefined if it is not done
 * @throws {@link DataError} if the file was edited, is damaged or belongs to another study
 */
export async function readResult(
  folder: string,
  settings: StudySettings,
  id: string,
): Promise<PartResult | undefined> {
  const file = resultFile(folder, id);
  const stored = (await readSealed(file, ADVICE)) as PartResult | undefined;
  if (stored !== undefined && (stored.id !== id || stored.study !== studyKey(settings))) {
    throw new DataError(
      `${file}: expected the result of ${id} of this study, got that of ` +
        `${stored.id === id ? 'a study with other settings' : stored.id}; ${ADVICE}`,
      file,
    );
  }
  return stored;
}

/** What is known of a result before it is written. */
export interface NewResult {
  readonly id: string;
  readonly outcome: PartOutcome;
  readonly begun: Date;
  readonly command: string;
  readonly commit?: string | undefined;
}

/**
 * Writes the result of a part that is done.
 *
 * @param lock - of the part
 * @throws {@link DataError} if the lock was lost or the file cannot be written
 */
export async function writeResult(
  folder: string,
  settings: StudySettings,
  lock: FileLock,
  { id, outcome, begun, command, commit }: NewResult,
): Promise<void> {
  const { library, processor, cores, memoryBytes, backend } = describeEnvironment();
  const madeBy: PartOrigin = {
    command,
    libraryVersion: library,
    commit,
    processor,
    cores,
    memory: memoryBytes,
    backend,
    begun: begun.toISOString(),
    ended: new Date().toISOString(),
  };
  await lock.verify();
  await writeSealed(resultFile(folder, id), { id, study: studyKey(settings), madeBy, outcome });
}
