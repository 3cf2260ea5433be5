/** Runs another program and keeps what it prints. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** How a program ended, and what it printed. */
export interface CommandResult {
  /** Exit code; 127 if the program could not be started, 124 if it took too long. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program. */
export interface CommandOptions {
  /** Variables of its environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Its working folder. */
  readonly folder?: string;
  /** A file to which the command and its output are appended. */
  readonly log?: string | undefined;
  /** Kills the program after this time, in ms; no limit by default. */
  readonly timeoutMs?: number;
}

/** Runs `command` without a shell and waits for its end; never throws. */
export function runCommand(
  command: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const record = (text: string | Buffer): void => {
    if (options.log !== undefined) {
      appendFileSync(options.log, text);
    }
  };
  record(`\n$ ${[command, ...parameters].join(' ').slice(0, 2000)}\n`);
  return new Promise((resolve) => {
    const output = { stdout: '', stderr: '' };
    const child = spawn(command, parameters, {
      cwd: options.folder,
      env: options.environment ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, options.timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (data: Buffer) => {
        output[name] += data.toString();
        record(data);
      });
    }
    const finish = (code: number): void => {
      clearTimeout(timer);
      resolve({ code, ...output });
    };
    child.on('error', (error) => {
      record(`${error.message}\n`);
      output.stderr += error.message;
      finish(127);
    });
    child.on('close', (code, signal) => {
      if (signal !== null && !timedOut) {
        output.stderr += `\nended by ${signal}`;
      }
      finish(timedOut ? 124 : (code ?? 1));
    });
  });
}

/** The last line of a program's output that is not empty. */
export function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? 'no output').trim();
}

/** The line of a program's output that names the error: the first with the word, else the last. */
export function errorLineOf(text: string): string {
  return /^(.*\berror:|.*\w*Error:|npm error) .*$/im.exec(text)?.[0].trim() ?? lastLine(text);
}
