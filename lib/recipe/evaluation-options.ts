/** The options of an evaluation in a recipe. */
import { z } from 'zod';
import { checkOptions } from '../check-options.js';
import type { EvaluateOptions } from '../evaluate/evaluate.js';
import { resolveAveraging } from '../inference/averaging-options.js';

/** What a recipe may say of an evaluation; {@link EvaluateOptions} explains it. */
export type EvaluationConfig = Omit<
  EvaluateOptions,
  'dataset' | 'folder' | 'signal' | 'onProgress'
>;

const positive = z.int().min(1);

const schema: z.ZodType<EvaluationConfig> = z.strictObject({
  split: z.string().min(1).optional(),
  images: positive.optional(),
  checkpoint: z.enum(['best', 'last']).optional(),
  batchSize: positive.optional(),
  scoreSize: z.enum(['read', 'original']).optional(),
  imagePooling: z.enum(['image', 'crop']).optional(),
  withBaselines: z.boolean().optional(),
  workers: z.int().min(0).nullable().optional(),
  scales: z.array(z.number()).optional(),
  flip: z.boolean().optional(),
  window: positive.optional(),
  stride: positive.optional(),
}) as z.ZodType<EvaluationConfig>;

/**
 * Checks the options of an evaluation.
 *
 * @throws {@link ConfigError} naming the option that is unknown or out of its range
 */
export function checkEvaluationConfig(config: unknown, where: string): EvaluationConfig {
  const checked = checkOptions(schema, config, where);
  resolveAveraging(checked);
  return checked;
}
