import { CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { errorLine, reportError } from '../../lib/cli/report-error.js';
import { ConfigError, DataError } from '../../lib/errors.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('errorLine', () => {
  it('gives one line for an error of the library, without a stack', () => {
    expect(errorLine(new DataError('reader: expected a PNG,\n  got a JPEG'))).toBe(
      'error: reader: expected a PNG, got a JPEG',
    );
  });

  it('gives the stack of an unexpected error', () => {
    expect(errorLine(new TypeError('x is not a function'))).toMatch(
      /^TypeError: x is not a function\n +at /,
    );
  });

  it('gives something for what is not an error', () => {
    expect(errorLine('a text')).toBe('error: a text');
  });
});

describe('reportError', () => {
  it('ends with 1 for an error, after its line on stderr', () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(reportError(new ConfigError('seed: expected a number'))).toBe(1);
    expect(print).toHaveBeenCalledExactlyOnceWith('error: seed: expected a number');
  });

  it('ends with 2 for a command line that cannot be understood, and 0 after --help', () => {
    expect(reportError(new CommanderError(1, 'commander.unknownOption', 'unknown'))).toBe(2);
    expect(reportError(new CommanderError(0, 'commander.helpDisplayed', 'help'))).toBe(0);
  });
});
