/** What the probabilities of the arrows that leave an end node sum to. */

/**
 * How the arrows of an end node (stride 4 or 32), which has two instead of three, are normalised.
 *
 * - `'valid'` (default): the arrows that exist sum to 1, as eq. 7 says. With weak β an arrow of an
 *   end node then weighs 1/2 against 1/3 inside, which draws the decoded path to the ends.
 * - `'two-thirds'`: the same, times 2/3 at an end node, so that all arrows start equal (1/3 where a
 *   single arrow leaves: the stem, if the first layer is at stride 4). This is what the PyTorch ports
 *   do; it is not in the paper, and it changes most decoded paths.
 */
export type EndNormalisation = 'valid' | 'two-thirds';

/** The end normalisations. */
export const END_NORMALISATIONS = ['valid', 'two-thirds'] as const satisfies EndNormalisation[];
