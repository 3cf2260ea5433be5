/** `npm run bench`: measures the library, beside PyTorch where there is one. */
import { runProgram } from '../helpers/run-program.js';
import { parseOptions, type BenchOptions } from './options.js';
import { runProfiles } from './profile-run.js';
import { runReading } from './reading/run.js';
import { runRecord } from './record/run.js';
import { runSteps } from './steps-run.js';

function programFor(options: BenchOptions): (options: BenchOptions) => Promise<void> {
  if (options.reading) {
    return runReading;
  }
  if (options.profile) {
    return runProfiles;
  }
  return options.record ? runRecord : runSteps;
}

await runProgram(async () => {
  const options = parseOptions(process.argv.slice(2));
  await programFor(options)(options);
});
