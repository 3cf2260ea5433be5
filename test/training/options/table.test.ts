import { describe, expect, it } from 'vitest';
import { FAITHFUL } from '../../../lib/search-space/options.js';
import { presetsOf, PRESETS, presetValue } from '../../../lib/training/options/table.js';
import { optionsOf, PROGRAMS } from './programs.js';

describe.each(PROGRAMS)('the options of $name', (program) => {
  it.each(optionsOf(program))(
    '%s has presets of its kind, help, a heading and a source',
    (_, o) => {
      for (const preset of PRESETS) {
        expect(o.kind.accepts(presetValue(o, preset)), preset).toBe(true);
      }
      expect(o.help).not.toBe('');
      expect(o.heading).not.toBe('');
      expect(o.source).toMatch(
        /^(Auto-DeepLab (§|eq\.)|Authors' code|Assumption: |Deviation: |Changes no result)/,
      );
      expect(o.onResume === 'free').toBe(o.source === 'Changes no result');
    },
  );

  it('list in a smaller preset only what differs from the paper', () => {
    for (const [name, option] of optionsOf(program)) {
      for (const preset of ['laptop', 'tiny'] as const) {
        if (Object.hasOwn(option, preset)) {
          expect(option[preset], `${name} ${preset}`).not.toEqual(option.paper);
        }
      }
    }
  });

  it('are plain JSON in every preset, so that a stored configuration is the same', () => {
    const presets = presetsOf(program.table);
    expect(JSON.parse(JSON.stringify(presets))).toEqual(presets);
  });
});

describe('the options of the search space', () => {
  it('have the most faithful values in the preset of the paper', () => {
    expect(presetsOf(PROGRAMS[0].table).paper).toMatchObject(FAITHFUL);
  });
});
