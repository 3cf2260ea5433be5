/** The commands of the command line, and how it ends. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { flagsOfCommand } from './advice.js';
import { collectCommand } from './collect.js';
import { costCommand } from './cost.js';
import { dataCommand } from './data.js';
import { decodeCommand } from './decode.js';
import { doctorCommand } from './doctor.js';
import { evaluateCommand } from './evaluate.js';
import { kernelCommand } from './kernel.js';
import { labCommand } from './lab.js';
import { optionsCommand } from './list-options.js';
import { notebookCommand } from './notebook.js';
import { exportCommand } from './export.js';
import { historyCommand } from './history.js';
import { predictCommand } from './predict.js';
import { recipeCommand } from './recipe.js';
import { reportError } from './report-error.js';
import { retrainCommand } from './retrain.js';
import { searchCommand } from './search.js';
import { setupCommand } from './setup.js';
import { studyCommand } from './study.js';
import { submissionCommand } from './submission.js';
import { trialsCommand } from './trials.js';
import { tutorialCommand } from './tutorial.js';
import { workerCommand } from './worker.js';

/** All commands, in the order in which `--help` lists them. */
const COMMANDS: readonly (() => Command)[] = [
  dataCommand,
  searchCommand,
  decodeCommand,
  retrainCommand,
  evaluateCommand,
  recipeCommand,
  trialsCommand,
  collectCommand,
  studyCommand,
  workerCommand,
  predictCommand,
  submissionCommand,
  exportCommand,
  historyCommand,
  costCommand,
  optionsCommand,
  tutorialCommand,
  notebookCommand,
  labCommand,
  kernelCommand,
  setupCommand,
  doctorCommand,
];

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** A mistake in the command line as one line, with commander's suggestion if it has one. */
function writeUsageError(text: string, write: (text: string) => void): void {
  write(`${text.trim().replaceAll(/\s*\n\s*/g, ' ')} (see --help)\n`);
}

/** The whole command line; it throws errors. */
function buildProgram(onCommand: (command: Command) => void): Command {
  const program = new Command('autodeeplab')
    .hook('preAction', (_, command) => {
      onCommand(command);
    })
    .description('Auto-DeepLab: search, decode, retrain and evaluate segmentation networks')
    .version(ownVersion());
  for (const makeCommand of COMMANDS) {
    program.addCommand(makeCommand());
  }
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...commands]) {
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
    await buildProgram((command) => {
      running = command;
    }).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error, running && flagsOfCommand(running));
  }
}
