/** How the programs beside the tests end: the fuzzer, the drills, the benchmark, the soak. */
import { CommanderError } from 'commander';

/** The command line asks for something that there is not. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a program. A mistake in its command line ends it with one line and the exit code 2, any other error with
 * its stack; `--help` ends it with 0.
 */
export async function runProgram(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`error: ${error.message}`);
      process.exitCode = 2;
    } else if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2; // commander has printed its line
    } else {
      throw error;
    }
  }
}
