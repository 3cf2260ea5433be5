/** `autodeeplab decode`: from a search, or from what another program printed, to an architecture. */
import { Command, Option } from 'commander';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ARCHITECTURE_MAX_LENGTH, type Architecture } from '../architecture/architecture.js';
import { describeArchitecture } from '../architecture/describe.js';
import { describeDecode } from '../decoder/describe-decode.js';
import { readForeignDecode, type ForeignDecode } from '../decoder/foreign-listing.js';
import { writeArchitecture } from '../architecture/file.js';
import { formatArchitecture } from '../architecture/format.js';
import { RunDirectory } from '../run/directory.js';
import type { EndNormalisation } from '../search-space/end-normalisation.js';
import { ConfigError, DataError } from '../errors.js';
import { readTextFile } from '../files/text-file.js';
import { decode } from '../decoder/decode.js';
import { readSearchLogits } from '../search/decode-search.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import { addBudgetFlags, decodeBudget, hasBudget, type BudgetFlags } from './decode-budget.js';
import { addImportOption } from './import-modules.js';
import { kebab } from './option-flags.js';

const ARCHITECTURE = 'architecture.json';

interface DecodeFlags extends BudgetFlags {
  readonly path?: string;
  readonly cell?: string;
  readonly out?: string;
  readonly checkpoint: CheckpointChoice;
  readonly endNormalisation?: EndNormalisation;
  readonly zeroInArgmax: boolean;
  readonly none: 'error' | 'drop';
}

/** An architecture, remarks on it, and where it goes. */
interface Decoded {
  readonly architecture: Architecture;
  readonly remarks: string;
  readonly file: string;
  /** The search whose own document it becomes; undefined for a file elsewhere. */
  readonly run?: string;
}

async function fromSearch(folder: string, flags: DecodeFlags): Promise<Decoded> {
  const { checkpoint, endNormalisation, zeroInArgmax } = flags;
  const options = { zeroInArgmax, ...(endNormalisation && { endNormalisation }) };
  const logits = await readSearchLogits(folder, { checkpoint, options });
  const free = decode(logits.input);
  const budget = hasBudget(flags) ? await decodeBudget(logits, flags) : undefined;
  const file = flags.out ?? join(folder, ARCHITECTURE);
  const isOwn = resolve(file) === resolve(folder, ARCHITECTURE);
  return {
    architecture: budget?.architecture ?? free.architecture,
    remarks: [
      ...(budget?.architecture ? [] : [describeDecode(free)]), // which is of another architecture
      ...(budget ? [budget.remarks] : []),
    ].join('\n\n'),
    file,
    ...(isOwn && { run: folder }),
  };
}

/** Writes an architecture to its file, or as the document of its search. */
async function write({ architecture, file, run: folder }: Decoded): Promise<void> {
  if (folder === undefined) {
    await writeArchitecture(file, architecture);
    return;
  }
  const run = await RunDirectory.resume(folder).catch((error: unknown) => {
    throw error instanceof DataError
      ? new DataError(`${error.message}; or write elsewhere with --out FILE`, error.file)
      : error;
  });
  try {
    await run.writeText('architecture', formatArchitecture(architecture));
  } finally {
    await run.close();
  }
}

/** The printed lists: from the flags, else from a file. */
async function readLists(
  source: string | undefined,
  { path, cell }: DecodeFlags,
): Promise<ForeignDecode | string> {
  if (path !== undefined && cell !== undefined) {
    return { path, cell };
  }
  if (source === undefined) {
    throw new ConfigError('decode: expected a source, or both --path and --cell, got neither');
  }
  return readTextFile(source, ARCHITECTURE_MAX_LENGTH);
}

async function fromText(source: string | undefined, flags: DecodeFlags): Promise<Decoded> {
  const { out, none } = flags;
  if (hasBudget(flags)) {
    throw new ConfigError(
      'decode: expected the folder of a search with a limit or a frontier, got a listing, which has no α and β',
    );
  }
  const { architecture, findings } = readForeignDecode(await readLists(source, flags), { none });
  const file = out ?? join(source === undefined ? '.' : dirname(source), ARCHITECTURE);
  const exists = await stat(file).catch(() => undefined);
  if (exists && out === undefined) {
    throw new ConfigError(`${file}: expected no such file yet, got one; name another with --out`);
  }
  const remarks = findings.map(
    ({ severity, where, message }) => `${severity}, ${where}: ${message}`,
  );
  return { architecture, remarks: remarks.join('\n'), file };
}

/** Flags that say something of a search only, and of printed lists only. */
const OF_SEARCHES = ['checkpoint', 'endNormalisation', 'zeroInArgmax'] as const;
const OF_LISTS = ['path', 'cell', 'none'] as const;

/** Flags that would change nothing are mistakes. */
function refuseFlags(command: Command, names: readonly (keyof DecodeFlags)[], got: string): void {
  const given = names.filter((name) => command.getOptionValueSource(name) === 'cli');
  if (given.length > 0) {
    const flags = given.map((name) => `--${kebab(name)}`).join(', ');
    throw new ConfigError(`decode: expected no ${flags} with ${got}; leave it out`);
  }
}

async function runDecode(
  source: string | undefined,
  flags: DecodeFlags,
  command: Command,
): Promise<void> {
  const info = source === undefined ? undefined : await stat(source).catch(() => undefined);
  const isSearch = info?.isDirectory() === true;
  if (isSearch) {
    refuseFlags(command, OF_LISTS, 'the folder of a search, which has α and β');
  } else if (source === undefined || info !== undefined) {
    refuseFlags(command, OF_SEARCHES, 'printed lists, which are decoded already');
  }
  if (source !== undefined && flags.path !== undefined) {
    throw new ConfigError(
      `decode: expected a source or --path and --cell, got both; leave ${source} out`,
    );
  }
  const decoded =
    source !== undefined && isSearch
      ? await fromSearch(source, flags)
      : await fromText(source, flags);
  const { architecture, remarks, file } = decoded;
  await write(decoded);
  console.log(describeArchitecture(architecture));
  if (remarks !== '') {
    console.log(`${remarks}\n`);
  }
  console.log(`architecture: ${file}`);
}

/** The command `decode`. */
export function decodeCommand(): Command {
  const command = addImportOption(new Command('decode'))
    .description('write architecture.json for a search and describe what was found')
    .argument('[source]', 'the folder of a search, or a file with what a PyTorch port printed')
    .option('--path <levels>', 'instead of a source: the path that a port printed, "0 0 1 …"')
    .option('--cell <pairs>', 'and its cell, "[[1 5] [0 4] …]"')
    .option('--out <file>', 'the file to write; by default architecture.json beside the source')
    .addOption(
      new Option('--checkpoint <which>', 'α and β of the last step or of the best validation')
        .choices(['last', 'best'])
        .default('last'),
    )
    .addOption(
      new Option(
        '--end-normalisation <rule>',
        'weight of the arrows that leave strides 4 and 32; by default that of the search',
      ).choices(['valid', 'two-thirds']),
    )
    .option('--zero-in-argmax', 'let "none" win an edge', false)
    .addOption(
      new Option('--none <rule>', 'a branch "none" in a listing: refuse it, or take it literally')
        .choices(['error', 'drop'])
        .default('error'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  npx autodeeplab decode runs/search\n' +
        '  npx autodeeplab decode runs/search --max-parameters 3e6 --frontier frontier.svg',
    )
    .action(runDecode);
  return addBudgetFlags(command);
}
