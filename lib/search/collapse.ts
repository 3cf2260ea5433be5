/** Says while a search runs that its cell collapses to operations that learn nothing. */
import type { AlphaStatistics } from '../architecture/statistics.js';
import type { OperationFamily } from '../search-space/operations/operation.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { percent } from '../text.js';

/** The user is told if a family is the most probable on this share of the edges. */
const COLLAPSED = 0.8;

/** The families that a search is known to collapse to, in words. */
const FAMILIES: readonly (readonly [OperationFamily, string])[] = [
  ['skip', 'a skip connection'],
  ['none', '"none"'],
];

const ADVICE =
  'let the weights train longer before (option architectureStart), lower the architecture learning ' +
  'rate (option architectureLearningRate), or search without that operation (option operations)';

/**
 * Watches α for a collapse: skip connections, or `none`, are the most probable operation on four of
 * five edges.
 *
 * Source: DARTS collapses to skip connections when it is searched for long (Zela et al., Understanding
 * and Robustifying Differentiable Architecture Search, ICLR 2020; Liang et al., DARTS+). Assumption: the
 * share, of which neither has one.
 */
export class CollapseWatch {
  private told: OperationFamily | undefined;

  /**
   * Notes the α of an epoch.
   *
   * @returns what to tell the user; undefined if there is nothing new
   */
  add({ strongest }: Pick<AlphaStatistics, 'strongest'>): string | undefined {
    const collapsed = FAMILIES.map(([family, words]) => ({
      family,
      words,
      share: Object.entries(strongest).reduce(
        (sum, [name, share]) => sum + (operationNamed(name).family === family ? share : 0),
        0,
      ),
    })).find(({ share }) => share >= COLLAPSED);
    if (collapsed === undefined || collapsed.family === this.told) {
      this.told = collapsed?.family;
      return undefined;
    }
    const { family, words, share } = collapsed;
    this.told = family;
    return (
      `the cell collapses: ${words} is the most probable operation on ${percent(share, 0)} of its ` +
      `edges; to prevent it in another search, ${ADVICE}`
    );
  }
}
