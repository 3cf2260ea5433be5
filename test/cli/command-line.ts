/** Runs the command line in this process, without the start of another one. */
import { format } from 'node:util';
import { vi } from 'vitest';
import { runCommandLine } from '../../lib/cli/program.js';
import type { CliResult } from './compiled-cli.js';

/** Runs a command on the wasm backend; what it prints is caught. */
export async function autodeeplabHere(args: readonly string[]): Promise<CliResult> {
  let output = '';
  let errors = '';
  const write = (stream: NodeJS.WriteStream, add: (text: string) => void) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      add(typeof text === 'string' ? text : Buffer.from(text).toString());
      return true;
    });
  const print = (name: 'log' | 'error' | 'warn', add: (text: string) => void) =>
    vi.spyOn(console, name).mockImplementation((...values: unknown[]) => {
      add(`${format(...values)}\n`);
    });
  const toOutput = (text: string) => (output += text);
  const toErrors = (text: string) => (errors += text);
  const spies = [
    write(process.stdout, toOutput),
    write(process.stderr, toErrors),
    print('log', toOutput),
    print('error', toErrors),
    print('warn', toErrors),
  ];
  vi.stubEnv('AUTODEEPLAB_BACKEND', 'wasm');
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await runCommandLine(args);
    return { code: Number(process.exitCode ?? 0), output, errors: errors.trimEnd().split('\n') };
  } finally {
    process.exitCode = before;
    vi.unstubAllEnvs();
    spies.forEach((spy) => spy.mockRestore());
  }
}
