/** `npm run bench -- --record`: measures what the project's tables and chart show. */
import { UsageError } from '../../helpers/run-program.js';
import { isPytorch } from '../cases.js';
import { blocksOf } from '../measure.js';
import type { BenchOptions } from '../options.js';
import { selectCases, selectModes } from '../select.js';
import { listCases, measureOptionsFor, root } from '../setting.js';
import { measureNoting } from '../steps-run.js';
import { isRecorded, recordedImplementations } from './plan.js';
import { recordCases, writePages } from './write.js';

/** Measures cases, and remakes the tables and the chart after each. */
export async function runRecord(options: BenchOptions): Promise<void> {
  const cases = selectCases(options.only, options.quick).filter(isRecorded);
  const modes = selectModes(options.modes);
  const planned = cases.map((entry) => ({
    ...entry,
    implementations: recordedImplementations(entry).filter((one) => modes.includes(one)),
  }));
  if (options.list) {
    console.log(listCases(planned));
    return;
  }
  const measureOptions = await measureOptionsFor(options, modes, planned);
  if (
    measureOptions.torch === undefined &&
    planned.some((one) => one.implementations.some(isPytorch))
  ) {
    throw new UsageError('--record: expected a Python with PyTorch; see --python');
  }
  for (const block of blocksOf(planned)) {
    await recordCases(root, await measureNoting(block, measureOptions));
    await writePages(root); // after each case: a long run may be ended
  }
}
