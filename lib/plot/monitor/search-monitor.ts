/** A search as it runs. */
import { colors } from '../style.js';
import { createMonitor, type MonitorOptions, type RunMonitor } from './monitor.js';
import { colored, entropyPlot, lossLine, validationPlot } from './plots.js';

/**
 * Follows a search with one figure that is updated in place: losses, validation, entropies of α and
 * β, with progress, current scores and the time left in its title.
 *
 * @example
 * ```ts no-run
 * const monitor = searchMonitor();
 * const result = await search({ dataset, folder: 'runs/search', onProgress: monitor.onProgress });
 * await monitor.finish();
 * ```
 */
export function searchMonitor(options: MonitorOptions = {}): RunMonitor {
  return createMonitor(
    'Search',
    (state) => [
      {
        title:
          `loss of ${colored('the weights', colors.blue)} (half A) and of ` +
          `${colored('α, β', colors.vermilion)} (half B)`,
        height: 170,
        traces: [
          lossLine('loss of the weights', colors.blue, state.losses.means()),
          lossLine('loss of α and β', colors.vermilion, state.architectureLosses.means()),
        ],
      },
      validationPlot(state.rows),
      entropyPlot(state.rows),
    ],
    options,
  );
}
