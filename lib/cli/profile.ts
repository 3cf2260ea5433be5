/** `autodeeplab profile`: how long the pieces of networks take on this machine. */
import { Command } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import type { BudgetNetwork } from '../budget/network.js';
import { checkProfile, describeProfileCheck } from '../budget/profile/check.js';
import { writeProfile } from '../budget/profile/file.js';
import { measureProfile } from '../budget/profile/measure.js';
import { completeShape } from '../search-space/shape.js';
import { readSearchLogits } from '../search/decode-search.js';
import { count } from '../text.js';
import { addImportOption } from './import-modules.js';
import { addNetworkSizeFlags, classesOption, type NetworkSizeFlags } from './network-size.js';
import { backendOption, wholeNumber } from './options.js';
import { startBackend } from './start.js';
import { watch } from './watch.js';

interface ProfileFlags extends NetworkSizeFlags {
  readonly out: string;
  readonly classes?: number;
  readonly check: number;
  readonly seed: number;
  readonly backend: BackendChoice;
}

async function runProfile(search: string | undefined, flags: ProfileFlags): Promise<void> {
  const { out, filterMultiplier, stemWidths, headFilters, height, width } = flags;
  const searched = search === undefined ? undefined : await readSearchLogits(search);
  const classes = flags.classes ?? searched?.classes ?? 19;
  const size = { filterMultiplier, stemWidths, headFilters, height, width };
  const network: BudgetNetwork = { ...size, classes };
  const shape = completeShape(searched?.input ?? {});
  await startBackend(flags.backend);
  let isWritten = false;
  const advice = () => (isWritten ? `${out} is whole` : 'nothing was written');
  await watch(async ({ signal, onProgress }) => {
    const control = { signal, onProgress };
    const profile = await measureProfile({ ...shape, network, ...control });
    await writeProfile(out, profile);
    isWritten = true;
    console.log(`profile: ${out}, ${count(Object.keys(profile.pieces).length, 'piece')}`);
    if (flags.check > 0) {
      const { check: networks, seed } = flags;
      const checked = await checkProfile(profile, { ...shape, networks, seed, ...control });
      console.log(describeProfileCheck(checked));
    }
  }, advice);
}

/** The command `profile`. */
export function profileCommand(): Command {
  const command = addImportOption(new Command('profile'))
    .description('measure how long the pieces of networks take on this machine, for decode')
    .argument('[search]', "the folder of a search whose space counts; without, the paper's space")
    .requiredOption('--out <file>', 'the file to write, JSON')
    .option('--check <n>', 'measure n random networks as a whole against it', wholeNumber, 0)
    .option('--seed <n>', 'which random networks', wholeNumber, 1)
    .addOption(classesOption("number of classes; the search's, else 19"))
    .addOption(backendOption());
  return addNetworkSizeFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n' +
        '  npx autodeeplab profile runs/search --height 513 --width 1025 --out profile.json --check 8\n' +
        '  npx autodeeplab decode runs/search --max-latency 0.5 --profile profile.json',
    )
    .action(runProfile);
}
