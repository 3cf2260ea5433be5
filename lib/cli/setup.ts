/** `autodeeplab setup`: builds the native backend where that can be done. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { setUpBackend } from '../backend/setup/set-up-backend.js';

interface SetupFlags {
  readonly backend: BackendChoice;
  readonly force: boolean;
}

/** How often a long step is reported again, in seconds. */
const REMIND_SECONDS = 20;

async function runSetup({ backend, force }: SetupFlags): Promise<void> {
  const start = Date.now();
  const seconds = (): number => Math.round((Date.now() - start) / 1000);
  let step = 'starting';
  const reminder = setInterval(
    () => console.log(`setup: still ${step} (${seconds()} s)`),
    REMIND_SECONDS * 1000,
  );
  try {
    const result = await setUpBackend({
      backend,
      isForced: force,
      onProgress: (line) => {
        step = line;
        console.log(`setup: ${line}`);
      },
    });
    for (const failure of result.failures) {
      console.log(`setup: did not work: ${failure}`);
    }
    const log = result.failures.length > 0 && result.log ? `; log: ${result.log}` : '';
    console.log(`setup: ${result.summary}${log}`);
    console.log(`setup: auto takes ${result.backend} (${seconds()} s)`);
  } finally {
    clearInterval(reminder);
  }
}

/** The command `setup`. */
export function setupCommand(): Command {
  return new Command('setup')
    .description(
      'build the native TensorFlow backend; where that cannot be done, say why and leave wasm',
    )
    .addOption(
      new Option('--backend <name>', 'wasm builds nothing; tensorflow fails without native')
        .choices(['auto', 'tensorflow', 'wasm'])
        .default('auto'),
    )
    .option('--force', 'fetch and build everything again', false)
    .action(runSetup);
}
