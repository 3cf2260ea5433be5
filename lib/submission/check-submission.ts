/** Checks files for the evaluation server of a benchmark, before they are sent. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readImageHeader } from '../dataset/reading/image-file.js';
import { interruptSignal } from '../interrupt.js';
import { count } from '../text.js';
import type { LoopControl } from '../training/events.js';
import { TimeLeft } from '../training/time-left.js';
import { archiveKind, readArchive, type ArchiveKind } from './archive.js';
import { labelMapProblems, type SubmissionProblem } from './label-rules.js';
import { findTarget, type Target, type TargetOptions } from './target.js';

/** What {@link checkSubmission} needs. */
export interface CheckSubmissionOptions extends TargetOptions, LoopControl {
  /** The archive that would be sent, or a folder of what it would hold. */
  readonly path: string;
}

/** What {@link checkSubmission} found. */
export interface SubmissionCheck {
  /** The server, in words. */
  readonly server: string;
  /** Whether it would take the files and score all of them. */
  readonly isGood: boolean;
  /** The images that files are wanted for. */
  readonly images: number;
  /** The files that were read. */
  readonly files: number;
  readonly problems: readonly SubmissionProblem[];
}

const IN_WORDS: Readonly<Record<ArchiveKind, string>> = {
  zip: 'a zip file',
  tgz: 'a compressed tar file (.tgz)',
  folder: 'a folder',
  other: 'a file of another kind',
};

function archiveProblems(file: string, kind: ArchiveKind, { format }: Target): SubmissionProblem[] {
  if (kind === 'folder' || kind === format.archive) {
    return [];
  }
  const problem = `expected ${IN_WORDS[format.archive]} for ${format.server}, got ${IN_WORDS[kind]}`;
  return [{ rule: 'archive', file, problem }];
}

function splitProblems(dataset: string, target: Target): SubmissionProblem[] {
  const { missingOf, samples, split, format } = target;
  return missingOf === undefined
    ? []
    : [
        {
          rule: 'split',
          file: dataset,
          problem:
            `expected the ${missingOf} images of ${split}, all of which ${format.server} wants, got ` +
            count(samples.length, 'image'),
        },
      ];
}

/**
 * Reads the files that would be sent to the evaluation server of a benchmark, and says what it would
 * refuse or score as wrong: the kind of archive, images without a file or with several, files of no
 * image, kind of PNG, size, values. The rules are the `submission` of the kind of dataset.
 *
 * @throws {@link ConfigError} if the dataset has no server, no such split or no such competition
 * @throws {@link DataError} if there is nothing at `path`, the archive is damaged, or an image cannot be
 *   read
 * @throws the signal's reason if it is aborted
 */
export async function checkSubmission(options: CheckSubmissionOptions): Promise<SubmissionCheck> {
  const { path: file, dataset, onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  const target = await findTarget(options);
  const { format, samples } = target;
  const problems = splitProblems(dataset.name, target);
  const kind = await archiveKind(file);
  problems.push(...archiveProblems(file, kind, target));
  const images = new Map(samples.map((sample) => [sample.id, sample]));
  const seen = new Map<string, string>();
  const timeLeft = new TimeLeft();
  const total = samples.length;
  let files = 0;
  const visit = async (name: string, content: Buffer | undefined): Promise<void> => {
    const id = format.idOf(name, target);
    const sample = id === undefined ? undefined : images.get(id);
    files++;
    if (id === undefined || sample === undefined) {
      const wanted = samples.length === 0 ? '' : format.nameOf(samples[0].id, target);
      const problem = `expected files such as ${wanted}, one per image of ${target.split}, got another`;
      problems.push({ rule: 'extra', file: name, problem });
      return;
    }
    const earlier = seen.get(id);
    if (earlier !== undefined) {
      const problem = `expected one file for ${id}, got ${earlier} too; remove one`;
      problems.push({ rule: 'several', file: name, problem });
      return;
    }
    seen.set(id, name);
    const start = performance.now();
    if (content === undefined) {
      problems.push({ rule: 'format', file: name, problem: 'expected a PNG file, got none' });
    } else {
      const { size } = await readImageHeader(sample.imageFile);
      problems.push(...(await labelMapProblems(name, content, size, format)));
    }
    timeLeft.add('file', (performance.now() - start) / 1000);
    const secondsLeft = timeLeft.estimate([{ kind: 'file', count: total - seen.size }]);
    onProgress?.({ kind: 'images', purpose: 'file check', done: seen.size, total, secondsLeft });
    await nextTurn();
  };
  if (kind !== 'other') {
    await readArchive(file, visit, signal);
  }
  for (const { id } of samples) {
    if (!seen.has(id)) {
      const problem = `expected a file for the image ${id}, got none`;
      problems.push({ rule: 'missing', file: format.nameOf(id, target), problem });
    }
  }
  const isGood = problems.length === 0;
  return { server: format.server, isGood, images: samples.length, files, problems };
}
