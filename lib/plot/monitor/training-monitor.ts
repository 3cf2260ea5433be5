/** A retraining as it runs. */
import { colors } from '../style.js';
import { createMonitor, type MonitorOptions, type RunMonitor } from './monitor.js';
import { lossLine, validationPlot } from './plots.js';

/**
 * Follows a retraining with one figure that is updated in place: loss and validation, with progress,
 * current scores and the time left in its title. Used like `searchMonitor`: `retrain` gets its
 * `onProgress`, and `finish` is awaited.
 */
export function trainingMonitor(options: MonitorOptions = {}): RunMonitor {
  return createMonitor(
    'Retraining',
    (state) => [
      {
        title: 'training loss',
        height: 180,
        traces: [lossLine('loss', colors.blue, state.losses.means())],
      },
      validationPlot(state.rows),
    ],
    options,
  );
}
