import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  describeOptions,
  describePresets,
  optionsDocument,
} from '../../../lib/training/options/describe.js';
import { nullable, whole } from '../../../lib/training/options/kinds.js';
import { option } from '../../../lib/training/options/table.js';
import { optionsOf, PROGRAMS } from './programs.js';

describe('describePresets', () => {
  it('gives the value of the paper and what differs', () => {
    const kind = nullable(whole({}), 'none');
    const source = 'here';
    expect(describePresets(option(kind, { paper: 40, tiny: null, source }, ''))).toBe(
      '40; tiny: none',
    );
    expect(describePresets(option(kind, { paper: null, laptop: 3, source }, ''))).toBe(
      'none; laptop: 3',
    );
  });
});

describe.each(PROGRAMS)('the settings table of $name', (program) => {
  it('has every option, as text and as Markdown', () => {
    const [text, markdown] = [describeOptions(program), optionsDocument(program)];
    for (const [name, { source, help }] of optionsOf(program)) {
      expect(text).toMatch(new RegExp(`^${name} .*${source.slice(-8)}`, 'm'));
      expect(markdown).toContain(`| \`${name}\``);
      expect(markdown).toContain(help.replaceAll('|', '\\|'));
    }
  });

  it('is the document that lies beside the program', async () => {
    const file = new URL(`../../../lib/${program.name}/OPTIONS.md`, import.meta.url);
    // Written by `npx autodeeplab options <program> --markdown`.
    expect(await readFile(file, 'utf8')).toBe(optionsDocument(program));
  });
});
