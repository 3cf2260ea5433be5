/** The precision of a run that begins or goes on. */
import type { Precision } from '../runtime/precision.js';
import { withPrecision, type PrecisionConfig } from './options/precision.js';
import type { ProgramOptions } from './options/resolve.js';
import type { OptionTable } from './options/table.js';
import { readStoredRun } from './stored-run.js';

/**
 * The options with the precision that they mean: `auto` of a resumed run is what it meant where the run began.
 *
 * @param resumed - folder of the run that goes on; undefined: it begins
 * @throws {@link BackendError} for bfloat16 on another backend than the native one
 * @throws {@link DataError} if the resumed run cannot be read
 */
export async function withPrecisionOfRun<Config extends PrecisionConfig>(
  program: ProgramOptions<OptionTable>,
  resumed: string | undefined,
  config: Config,
): Promise<Config & { readonly precision: Precision }> {
  if (resumed === undefined || config.precision !== 'auto') {
    return withPrecision(config);
  }
  const { options } = await readStoredRun(resumed, program);
  return withPrecision({ ...config, precision: (options as PrecisionConfig).precision });
}
