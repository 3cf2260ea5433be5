import { CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runProgram, UsageError } from './run-program.js';

const before = process.exitCode;
afterEach(() => {
  process.exitCode = before;
  vi.restoreAllMocks();
});

const failing = (error: Error) => runProgram(() => Promise.reject(error));

describe('runProgram', () => {
  it('says in one line what is wrong with the command line', async () => {
    const print = vi.spyOn(console, 'error').mockReturnValue(undefined);
    await failing(new UsageError('--only: expected a case, got "x"'));
    expect(print.mock.calls).toEqual([['error: --only: expected a case, got "x"']]);
    expect(process.exitCode).toBe(2);
  });

  it('ends as commander says, which has printed its line', async () => {
    await failing(new CommanderError(1, 'commander.unknownOption', 'unknown'));
    expect(process.exitCode).toBe(2);
    await failing(new CommanderError(0, 'commander.helpDisplayed', 'help'));
    expect(process.exitCode).toBe(0);
  });

  it('leaves other errors and the code of a program that ends well alone', async () => {
    const wrong = new TypeError('a bug');
    await expect(failing(wrong)).rejects.toBe(wrong);
    await runProgram(() => {
      process.exitCode = 7;
      return Promise.resolve();
    });
    expect(process.exitCode).toBe(7);
  });
});
