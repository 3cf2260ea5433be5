/** The evaluations of a trial: those of its present weights, and the one that stands for it. */
import { z } from 'zod';
import type { CheckpointChoice } from '../../run/checkpoint-folder.js';
import type { RunDirectory } from '../../run/directory.js';
import { readTrainedWeights } from '../../training/first-weights.js';
import type { TrialEvaluation } from './collected.js';

const evaluationSchema: z.ZodType<TrialEvaluation> = z.object({
  dataset: z.string(),
  root: z.string(),
  split: z.string(),
  images: z.int(),
  imagesOfSplit: z.int(),
  checkpoint: z.enum(['best', 'last']),
  scoreSize: z.enum(['read', 'original']),
  scales: z.array(z.number()),
  flip: z.boolean(),
  window: z.number().nullable(),
  stride: z.number().nullable(),
  weights: z.object({ step: z.int(), digest: z.string() }),
  meanIou: z.number(),
  pixelAccuracy: z.number(),
});

/** The evaluations that a run has written, also those of weights that it no longer has. */
async function writtenEvaluations(run: RunDirectory): Promise<TrialEvaluation[]> {
  const stored = await run.read('metrics');
  return (Array.isArray(stored) ? stored : []).flatMap(
    (report) => evaluationSchema.safeParse(report).data ?? [],
  );
}

/**
 * The evaluations of the weights that the checkpoints of a run have now.
 *
 * @throws {@link DataError} if a checkpoint that was evaluated cannot be read
 */
export async function evaluationsOf(run: RunDirectory): Promise<TrialEvaluation[]> {
  const written = await writtenEvaluations(run);
  const digests = new Map<CheckpointChoice, string>();
  for (const choice of new Set(written.map(({ checkpoint }) => checkpoint))) {
    digests.set(choice, (await readTrainedWeights(run.folder, choice)).weights.digest);
  }
  return written.filter(({ checkpoint, weights }) => digests.get(checkpoint) === weights.digest);
}

/** Whether it scored the best checkpoint as `evaluate` does unless told otherwise: one view of each image. */
function isOrdinary({ checkpoint, scales, flip, window, scoreSize }: TrialEvaluation): boolean {
  const isOneScale = scales.length === 1 && scales[0] === 1;
  return checkpoint === 'best' && isOneScale && !flip && window === null && scoreSize === 'read';
}

/** Orders evaluations: all images before some, the split `val` before others, then by name. */
function compareEvaluations(a: TrialEvaluation, b: TrialEvaluation): number {
  const rank = ({ images, imagesOfSplit, split, dataset, root }: TrialEvaluation) => [
    Number(images < imagesOfSplit),
    Number(split !== 'val'),
    split,
    dataset,
    root,
  ];
  const [left, right] = [rank(a), rank(b)];
  const i = left.findIndex((value, k) => value !== right[k]);
  return i < 0 ? 0 : left[i] < right[i] ? -1 : 1;
}

/**
 * The evaluation that a table shows: of the best checkpoint, at one scale, whatever else was evaluated and
 * in whichever order; undefined if there is none.
 */
export function ordinaryEvaluation({
  evaluations,
}: {
  readonly evaluations: readonly TrialEvaluation[];
}): TrialEvaluation | undefined {
  return evaluations.filter(isOrdinary).sort(compareEvaluations).at(0);
}
