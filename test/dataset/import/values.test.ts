import { expect, it } from 'vitest';
import { UNLABELLED } from '../../../lib/dataset/import/format.js';
import { classValues } from '../../../lib/dataset/import/values.js';

it.each([
  [['crop'], 'background', [], 0, 'the class "background" (value 0)'],
  [['crop', 'background'], 'background', [], 1, 'the class "background" (value 1)'],
  [['crop', 'background'], 'ignore', [], 255, 'ignored (value 255), background included'],
  [
    ['background', 'crop'],
    'background',
    ['background'],
    255,
    'ignored (value 255), as the class "background" is',
  ],
  [
    ['_background_', 'crop'],
    'background',
    ['_background_'],
    255,
    'ignored (value 255), as the class "_background_" is',
  ],
] as const)(
  'unlabelled pixels beside %s, %s, ignoring %s: %i',
  (names, unlabelled, ignored, value, words) => {
    const classes = names.map((name) => ({ name }));
    const found = classValues({ classes, canBeUnlabelled: true }, unlabelled, ignored);
    expect(found.table[UNLABELLED]).toBe(value);
    expect(found.unlabelled).toBe(words);
  },
);
