/** Reading what a study has measured: its `study.json`, checked. */
import { z } from 'zod';
import { describeIssue } from '../check-options.js';
import type { Architecture } from '../architecture/architecture.js';
import type { Genotype } from '../architecture/genotype.js';
import { parseArchitecture } from '../architecture/parse.js';
import { DataError } from '../errors.js';
import { readJsonFile } from '../files/json-file.js';
import { STUDY_FORMAT, STUDY_GROUPS, type StudyRecord } from './record.js';

const text = z.string();
const number = z.number();
const whole = z.int();
const score = z.number().min(0).max(1);
const numbers = z.array(number);
const options = z.record(text, z.unknown());

const branch = z.object({ input: whole, operation: text });
const genotype: z.ZodType<Genotype> = z.object({
  blocks: z.array(z.object({ left: branch, right: branch })),
});

/** An architecture as its own reader checks it. */
const architecture = z.unknown().transform((value, context): Architecture => {
  try {
    return parseArchitecture(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const epoch = z.object({
  epoch: whole,
  step: whole,
  weightLoss: number,
  architectureLoss: number.nullable(),
  validationMeanIou: score.nullable(),
  alphaEntropy: number,
  betaEntropy: number,
});

const sharpness = z.object({ relativeEntropy: number, strongest: number });

const search = z.object({
  id: text,
  seed: whole,
  curve: z.array(epoch),
  decided: z.object({
    path: z.array(whole),
    pathProbabilities: numbers,
    genotype,
    branchProbabilities: numbers,
  }),
  architecture,
  alpha: numbers,
  beta: numbers,
  alphaSharpness: sharpness,
  betaSharpness: sharpness,
  travel: z.object({ architectureSteps: whole, largest: number, bound: number }),
  supernet: z.object({ meanIou: score, decodedMeanIou: score, seconds: number }).optional(),
  seconds: number,
  peakMemory: number,
});

const network = z.object({
  id: text,
  group: z.enum(STUDY_GROUPS),
  search: text.optional(),
  architecture,
  parameters: whole,
  multiplyAdds: whole,
  logProbability: number.optional(),
  supernetMeanIou: score.optional(),
  note: text.optional(),
});

const retraining = z.object({
  id: text,
  network: text,
  seed: whole,
  split: text,
  meanIou: score,
  iou: z.array(score.nullable()),
  validationMeanIou: score.nullable(),
  steps: whole,
  seconds: number,
  peakMemory: number,
});

const schema: z.ZodType<StudyRecord> = z.object({
  format: z.literal(STUDY_FORMAT),
  madeBy: z.object({
    command: text,
    libraryVersions: z.array(text),
    commits: z.array(text),
    hardware: z.array(z.object({ processor: text, cores: whole, memory: number })),
    backends: z.array(text),
    dates: z.object({ begun: text, updated: text }),
  }),
  dataset: z.object({
    kind: text,
    name: text,
    classes: z.array(text),
    trainImages: whole,
    validationImages: whole,
    testImages: whole,
    testSplit: text,
  }),
  settings: z.object({
    search: options,
    retrain: options,
    searchSeeds: z.array(whole),
    retrainSeeds: z.array(whole),
    randomPerFound: whole,
    parameterTolerance: number,
    groups: z.array(z.enum(STUDY_GROUPS)),
  }),
  searches: z.array(search),
  networks: z.array(network),
  scores: z.array(retraining),
  missing: z.array(text),
});

/** What is wrong with how the parts of a record refer to each other; undefined if nothing is. */
function brokenReference({ searches, networks, scores, dataset }: StudyRecord): string | undefined {
  const known = new Set(searches.map(({ id }) => id));
  const lost = networks.find((one) => one.search !== undefined && !known.has(one.search));
  if (lost !== undefined) {
    return `network ${lost.id} of ${lost.search}, which is not among the searches`;
  }
  const ids = new Set(networks.map(({ id }) => id));
  const stray = scores.find((one) => !ids.has(one.network));
  if (stray !== undefined) {
    return `score ${stray.id} of ${stray.network}, which is not among the networks`;
  }
  const short = scores.find(({ iou }) => iou.length !== dataset.classes.length);
  return short && `score ${short.id} with ${short.iou.length} classes`;
}

/**
 * Checks a record that was read.
 *
 * @param where - names it in errors
 * @throws {@link DataError} naming the place at fault
 */
export function parseStudyRecord(value: unknown, where: string): StudyRecord {
  const parsed = schema.safeParse(value);
  const problem = parsed.success ? brokenReference(parsed.data) : describeIssue(parsed.error);
  if (problem !== undefined) {
    throw new DataError(
      `${where}: expected what a study has measured, format ${STUDY_FORMAT}, got ${problem}; make it again ` +
        'from the results with npx autodeeplab study',
      where,
    );
  }
  return parsed.data!;
}

/**
 * Reads what a study has measured so far.
 *
 * @param file - its `study.json`
 * @throws {@link DataError} if it cannot be read or is another document
 */
export async function readStudyRecord(file: string): Promise<StudyRecord> {
  return parseStudyRecord(await readJsonFile(file), file);
}
