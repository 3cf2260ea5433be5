import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { listTrials } from '../../lib/trials/list.js';
import { parseSeeds } from '../../lib/trials/seeds.js';
import { checkTrials, trialKey } from '../../lib/trials/trial.js';

describe('parseSeeds', () => {
  it.each([
    ['3', [3]],
    ['1-4', [1, 2, 3, 4]],
    ['7, 1-2,0', [7, 1, 2, 0]],
    ['4294967294-4294967295', [4294967294, 4294967295]],
  ])('reads %s', (text, seeds) => {
    expect(parseSeeds(text)).toEqual(seeds);
  });

  it.each([
    ['', 'got ""'],
    ['a', 'got "a"'],
    ['1-', 'got "1-"'],
    ['1,,2', 'got "1,,2"'],
    ['-1', 'got "-1"'],
    ['1.5', 'got "1.5"'],
    ['5-1', 'whose range 5-1 falls'],
    ['4294967296', 'got "4294967296"'],
    ['1-3,2', 'which lists 2 twice'],
    ['0-4294967295', 'more than 10000'],
  ])('refuses "%s"', (text, why) => {
    expect(() => parseSeeds(text)).toThrow(ConfigError);
    expect(() => parseSeeds(text)).toThrow(why);
  });
});

describe('listTrials', () => {
  it('lists a command under each seed', () => {
    const args = ['search', '--data', 'camvid'];
    expect(listTrials({ args, folder: '/runs', seeds: [1, 7] })).toEqual([
      { id: 'seed-1', folder: '/runs/seed-1', args: [...args, '--seed', '1'] },
      { id: 'seed-7', folder: '/runs/seed-7', args: [...args, '--seed', '7'] },
    ]);
  });

  it('lists architectures, named after their files or runs, under each seed', () => {
    const trials = listTrials({
      args: ['retrain', '--data', 'camvid'],
      folder: '/runs',
      seeds: [1, 2],
      architectures: ['published', 'found/seed-3', 'found/seed-4/architecture.json', 'mine.json'],
    });
    expect(trials.map(({ id }) => id)).toEqual([
      ...['published-seed-1', 'published-seed-2', 'seed-3-seed-1', 'seed-3-seed-2'],
      ...['seed-4-seed-1', 'seed-4-seed-2', 'mine-seed-1', 'mine-seed-2'],
    ]);
    expect(trials[3].args).toEqual([
      ...['retrain', 'found/seed-3', '--data', 'camvid', '--seed', '2'],
    ]);
    const named = { a: 'x/architecture.json', b: 'y/architecture.json' };
    const folder = '/runs';
    expect(
      listTrials({ args: ['retrain'], folder, seeds: [1], architectures: named }).map((t) => t.id),
    ).toEqual(['a-seed-1', 'b-seed-1']);
  });

  it.each([
    [{ args: ['search'], seeds: [] }, 'expected 1 to 10000 trials, got 0'],
    [
      { args: ['search'], seeds: [1], architectures: ['published'] },
      'expected the command retrain',
    ],
    [
      { args: ['retrain'], seeds: [1], architectures: ['a/x.json', 'b/x.json'] },
      '"x-seed-1" twice',
    ],
    [{ args: ['retrain'], seeds: [1], architectures: ['my file.json'] }, 'got "my file-seed-1"'],
    [{ args: ['search', 'a\0b'], seeds: [1] }, 'without the character NUL'],
  ])('refuses %o', (options, why) => {
    expect(() => listTrials({ folder: '/runs', ...options })).toThrow(why);
  });
});

it('a list holds each name and each folder once', () => {
  const trial = { id: 'a', folder: '/a', args: [] };
  expect(() => {
    checkTrials([trial, { ...trial, id: 'b' }]);
  }).toThrow('got "/a" twice');
});

it('the key of a trial follows from where its arguments end, too', () => {
  expect(trialKey({ args: ['a b'] })).not.toBe(trialKey({ args: ['a', 'b'] }));
  expect(trialKey({ args: ['a'] })).toMatch(/^[0-9a-f]{12}$/);
});
