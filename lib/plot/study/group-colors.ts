/** The colours of the groups of networks that a study compares. */
import type { StudyGroup } from '../../study/record.js';
import { colors } from '../style.js';

/** One colour for each group, the same in all figures of a study. */
export const GROUP_COLORS: Readonly<Record<StudyGroup, string>> = {
  found: colors.vermilion,
  random: colors.muted,
  published: colors.ink,
  'found-path-random-cell': colors.green,
  'fixed-path-found-cell': colors.purple,
  'other-end-normalisation': colors.blue,
};
