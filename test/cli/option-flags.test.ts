import { Command, CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addOptionFlags, changesFrom } from '../../lib/cli/option-flags.js';
import { trainingCommand } from '../../lib/cli/training-command.js';
import { describePresets } from '../../lib/training/options/describe.js';
import { PRESETS, presetsOf, presetValue } from '../../lib/training/options/table.js';
import { optionsOf, PROGRAMS } from '../training/options/programs.js';

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(PROGRAMS)('the flags of $name', (program) => {
  const read = (args: readonly string[]) => {
    const command = addOptionFlags(new Command(), program.table).exitOverride();
    command.parse(args, { from: 'user' });
    return changesFrom(command.opts(), program.table);
  };
  const single = optionsOf(program).filter(([, { kind }]) => kind.fields === undefined);

  it.each(single)('read back every value that a preset has of %s', (name, option) => {
    for (const preset of PRESETS) {
      const value = presetValue(option, preset);
      const changes = read([`--${kebab(name)}`, option.kind.format(value)]);
      expect(changes).toEqual({ [name]: value });
    }
  });

  it.each(single)('are explained in --help with their presets: %s', (name, option) => {
    const help = trainingCommand(program).configureHelp({ helpWidth: 10_000 }).helpInformation();
    const line = help.split('\n').find((one) => one.includes(`--${kebab(name)} `));
    expect(line).toContain(option.help);
    expect(line).toContain(`(${describePresets(option)})`);
    expect(help).toContain(`\n${option.heading}:\n`);
  });

  it('have one for each field of a group, and change those fields only', () => {
    const changes = read(['--augment-min-scale', '1', '--augment-flip-probability', '0']);
    expect(changes).toEqual({ augment: { minScale: 1, flipProbability: 0 } });
    const { augment } = presetsOf(program.table).paper as { augment: object };
    for (const field of Object.keys(augment)) {
      expect(read([`--augment-${kebab(field)}`, '0.5'])).toEqual({ augment: { [field]: 0.5 } });
    }
  });

  it('change nothing where none is given', () => {
    expect(read([])).toEqual({});
  });

  it.each([
    ['--crop', 'wide', 'expected a size such as 321'],
    ['--crop', '0', 'expected a size such as 321'],
    ['--batch-size', '0', 'expected a whole number ≥ 1, got "0"'],
    ['--batch-size', '', 'expected a whole number ≥ 1, got ""'],
    ['--clip-norm', 'null', 'expected a number > 0, or null ("none" on the command line)'],
    ['--augment-flip-probability', '2', 'expected a number ≥ 0 and ≤ 1, got "2"'],
  ])('refuse %s %s', (flag, text, message) => {
    const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    expect(() => read([flag, text])).toThrow(CommanderError);
    expect(write.mock.calls.join('\n')).toContain(message);
  });
});
