import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { group, nullable, real, whole } from '../../../lib/training/options/kinds.js';
import {
  checkStoredOptions,
  resolveOptions,
  withChanges,
  type ProgramOptions,
} from '../../../lib/training/options/resolve.js';
import { option, under } from '../../../lib/training/options/table.js';

const table = under('Test', {
  crop: option(whole({ min: 1 }), { paper: 9, tiny: 3, source: 'here' }, 'the crop'),
  clip: option(
    nullable(real({ above: 0 }), 'none'),
    { paper: 5, laptop: null, source: 'here' },
    'the clip',
  ),
  augment: option(
    group({ minScale: real({ above: 0 }), flip: real({ min: 0, max: 1 }) }),
    { paper: { minScale: 1, flip: 0.5 }, source: 'here' },
    'the augmentation',
  ),
});
const program: ProgramOptions<typeof table> = {
  name: 'search',
  table,
  imply: (changes) => (changes.crop === 7 ? { ...changes, clip: null } : changes),
  check: ({ crop, clip }) => {
    if (clip !== null && clip > crop) {
      throw new ConfigError('search clip: too large');
    }
  },
};
const resolve = (changes: object, preset = 'paper', kind = 'camvid') =>
  resolveOptions(program, changes, preset, kind);

describe('resolveOptions', () => {
  it('takes presets, of which the smaller ones list what differs, null included', () => {
    const augment = { minScale: 1, flip: 0.5 };
    expect(resolve({})).toEqual({ crop: 9, clip: 5, augment });
    expect(resolve({}, 'laptop')).toEqual({ crop: 9, clip: null, augment });
    expect(resolve({ clip: 1 }, 'tiny')).toEqual({ crop: 3, clip: 1, augment });
  });

  it('lets a kind of dataset change a preset, and the user both', () => {
    expect(resolve({}, 'paper', 'camvid').crop).toBe(9);
    expect(() => resolve({}, 'paper', 'voc')).toThrow('got "split"'); // not in this small table
  });

  it('changes groups field by field and leaves out what is undefined', () => {
    expect(resolve({ augment: { flip: 0 }, crop: undefined })).toMatchObject({
      crop: 9,
      augment: { minScale: 1, flip: 0 },
    });
  });

  it('adds what changes imply, and checks what holds among options', () => {
    expect(resolve({ crop: 7 }).clip).toBeNull();
    expect(() => resolve({ crop: 4 })).toThrow('search clip: too large');
  });

  it.each([
    [{ layer: 3 }, /^search: expected options that there are, got "layer"; .* options search/],
    [{ constructor: 3 }, /got "constructor"/],
    [{ crop: 0 }, /^search crop: expected a whole number ≥ 1, got 0$/],
    [{ crop: '3' }, /^search crop: expected a whole number ≥ 1, got "3"$/],
    [{ crop: NaN }, /got NaN$/],
    [{ clip: 0 }, /^search clip: expected a number > 0, or null \("none" on the .*\), got 0$/],
    [{ augment: { flip: 2 } }, /^search augment\.flip: expected a number ≥ 0 and ≤ 1, got 2$/],
    [{ augment: { flop: 1 } }, /^search augment: expected an object with minScale, flip, got/],
    [{ augment: 3 }, /^search augment: expected an object with minScale, flip, got 3$/],
  ])('refuses %j, with the place and what was expected', (changes, message) => {
    expect(() => resolve(changes)).toThrow(ConfigError);
    expect(() => resolve(changes)).toThrow(message);
  });

  it('refuses an unknown preset', () => {
    expect(() => resolve({}, 'large')).toThrow(
      'search preset: expected one of paper, laptop, tiny, got "large"',
    );
  });
});

describe('withChanges', () => {
  it('replaces objects that are no groups', () => {
    const changed = withChanges(table, { crop: { longerSide: 3 } }, { crop: { side: 4 } });
    expect(changed).toEqual({ crop: { side: 4 } });
  });
});

describe('checkStoredOptions', () => {
  it('gives back what is complete', () => {
    const stored = JSON.parse(JSON.stringify(resolve({}))) as unknown;
    expect(checkStoredOptions(program, stored, 'config.json')).toEqual(resolve({}));
  });

  it('names the file and the option that is missing or wrong', () => {
    const check = (stored: unknown) => () => checkStoredOptions(program, stored, 'config.json');
    const { crop, ...rest } = resolve({});
    expect(check(rest)).toThrow(DataError);
    expect(check(rest)).toThrow(
      'config.json: search crop: expected a whole number ≥ 1, got undefined',
    );
    expect(check({ ...rest, crop, more: 1 })).toThrow('got "more"');
    expect(check(undefined)).toThrow('config.json: search: expected its options, got undefined');
  });
});
