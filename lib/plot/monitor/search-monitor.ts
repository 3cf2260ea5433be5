/** A search as it goes on. */
import { architectureRows, edgeEntropies, mean, nodeEntropies, trellisOf } from '../curves/rows.js';
import { colors } from '../style.js';
import { createMonitor, stepLine, type MonitorOptions, type RunMonitor } from './monitor.js';
import type { RunState } from './run-state.js';
import { colored, validationPlot } from './validation-plot.js';

function plots(state: RunState) {
  const learned = architectureRows(state.rows);
  const trellis = learned.length > 0 ? trellisOf(learned[0].beta) : undefined;
  const alpha = learned.map((row) => ({ step: row.step, mean: mean(edgeEntropies(row.alpha)) }));
  const beta = learned.map((row) => ({
    step: row.step,
    mean: trellis ? mean(nodeEntropies(row.beta, trellis)) : NaN,
  }));
  const lines = { isShare: true, withMarkers: true };
  return [
    {
      title:
        `loss of ${colored('the weights', colors.blue)} (half A) and of ` +
        `${colored('α, β', colors.vermilion)} (half B)`,
      height: 170,
      traces: [
        stepLine('loss of the weights', colors.blue, state.losses.means()),
        stepLine('loss of α and β', colors.vermilion, state.architectureLosses.means()),
      ],
    },
    validationPlot(state.rows),
    {
      title:
        `entropy of ${colored('α', colors.blue)} and ${colored('β', colors.vermilion)}, ` +
        '100 %: undecided',
      height: 110,
      axis: { tickformat: ',.3~%', nticks: 4 },
      traces: [
        stepLine('entropy of α', colors.blue, alpha, lines),
        stepLine('entropy of β', colors.vermilion, beta, lines),
      ],
    },
  ];
}

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
  return createMonitor('Search', plots, options);
}
