/** `autodeeplab study`: what it says before it begins. Whole studies: `study.ci.test.ts`. */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { TINY_PARTS } from '../study/tiny-study.js';
import { autodeeplabHere } from './command-line.js';
import { at, command, prepareStudy } from './study-command.js';

beforeAll(prepareStudy);

describe('the command study', () => {
  it('lists what it would do, and writes nothing', async () => {
    const { code, output, errors } = await autodeeplabHere(command('dry', '--dry-run'));
    expect(code).toBe(0);
    expect(
      output
        .split('\n')
        .slice(1, 5)
        .map((line) => line.split(' ', 1)[0]),
    ).toEqual(TINY_PARTS);
    expect(output).toMatch(
      /expected on this machine as busy as it is: 4 parts, .* one after the other/,
    );
    expect(errors.join('\n')).toMatch(/warning: these settings can hardly decide an architecture/);
    expect(existsSync(at('dry'))).toBe(false);
    const json = await autodeeplabHere(command('dry', '--dry-run', '--json', '--only', 'retrain'));
    const parts = JSON.parse(json.output) as { id: string; seconds: number; memory: number }[];
    expect(parts.map(({ id }) => id)).toEqual(TINY_PARTS.slice(2));
    expect(parts.every(({ seconds, memory }) => seconds > 0 && memory > 0)).toBe(true);
  });

  it.each([
    [['--groups', 'foud'], 1, /groups.0: expected some of found, random/],
    [['--search-seeds', '3-1'], 2, /whose range 3-1 falls/],
    [['--at-once', '0'], 1, /study atOnce: expected a whole number above 0, got 0/],
    [['--only', 'search-9'], 1, /study only: expected search, opinion, retrain or the ids/],
    [['--part', 'retrain'], 1, /study part: expected the id of one part, got "retrain"/],
    [['--keep', 'some'], 2, /Allowed choices are none, last, all/],
  ])('refuses %j', async (more, code, message) => {
    const result = await autodeeplabHere(command('refused', ...more));
    expect(result.code).toBe(code);
    expect(result.errors.join('\n')).toMatch(message);
    expect(existsSync(at('refused'))).toBe(false);
  });
});
