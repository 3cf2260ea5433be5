/** The commands of the command line, and how it ends. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { flagsOfCommand } from './advice.js';
import { reportError } from './report-error.js';

/**
 * All commands, in the order in which `--help` lists them. What one needs is loaded when it is asked for:
 * all of them together take a second.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  data: async () => (await import('./data.js')).dataCommand(),
  search: async () => (await import('./search.js')).searchCommand(),
  decode: async () => (await import('./decode.js')).decodeCommand(),
  retrain: async () => (await import('./retrain.js')).retrainCommand(),
  evaluate: async () => (await import('./evaluate.js')).evaluateCommand(),
  recipe: async () => (await import('./recipe.js')).recipeCommand(),
  trials: async () => (await import('./trials.js')).trialsCommand(),
  collect: async () => (await import('./collect.js')).collectCommand(),
  study: async () => (await import('./study.js')).studyCommand(),
  worker: async () => (await import('./worker.js')).workerCommand(),
  predict: async () => (await import('./predict.js')).predictCommand(),
  submission: async () => (await import('./submission.js')).submissionCommand(),
  export: async () => (await import('./export.js')).exportCommand(),
  demo: async () => (await import('./demo.js')).demoCommand(),
  history: async () => (await import('./history.js')).historyCommand(),
  cost: async () => (await import('./cost.js')).costCommand(),
  profile: async () => (await import('./profile.js')).profileCommand(),
  options: async () => (await import('./list-options.js')).optionsCommand(),
  tutorial: async () => (await import('./tutorial.js')).tutorialCommand(),
  notebook: async () => (await import('./notebook.js')).notebookCommand(),
  lab: async () => (await import('./lab.js')).labCommand(),
  kernel: async () => (await import('./kernel.js')).kernelCommand(),
  setup: async () => (await import('./setup.js')).setupCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
};

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** A mistake in the command line as one line, with commander's suggestion if it has one. */
function writeUsageError(text: string, write: (text: string) => void): void {
  write(`${text.trim().replaceAll(/\s*\n\s*/g, ' ')} (see --help)\n`);
}

/** The command that comes first in the arguments; all of them if none does. */
function asked([name]: readonly string[]): Promise<readonly Command[]> {
  const load = Object.hasOwn(COMMANDS, name ?? '') ? [COMMANDS[name]] : Object.values(COMMANDS);
  return Promise.all(load.map((one) => one()));
}

/** The command line with some commands; it throws errors. */
function buildProgram(
  commands: readonly Command[],
  onCommand: (command: Command) => void,
): Command {
  const program = new Command('autodeeplab')
    .hook('preAction', (_, command) => {
      onCommand(command);
    })
    .description('Auto-DeepLab: search, decode, retrain and evaluate segmentation networks')
    .version(ownVersion());
  for (const command of commands) {
    program.addCommand(command);
  }
  const all = commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...all]) {
    command.exitOverride().configureOutput({ outputError: writeUsageError });
  }
  return program;
}

/**
 * Runs the command that arguments name. An error that ends it is printed; the exit code is then that of
 * the process.
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  let running: Command | undefined;
  try {
    await buildProgram(await asked(args), (command) => {
      running = command;
    }).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error, running && flagsOfCommand(running));
  }
}
