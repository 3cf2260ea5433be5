/** Options of searches that take a second or two. */
import type { SearchConfig } from '../../lib/search/options.js';

/** Two layers of one block, three epochs, α and β from the second on. */
export const TINY_SEARCH: Partial<SearchConfig> = {
  layers: 2,
  filterMultiplier: 1,
  blocks: 1,
  crop: 33,
  batchSize: 2,
  epochs: 3,
  architectureStart: 1,
  validationImages: 2,
  workers: 0,
};
