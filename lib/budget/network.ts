/** The networks that a budget is for: all settings but the architecture, and the size of the image. */
import { checkImageSize } from '../segmentation/image-size.js';
import {
  resolveNetworkSettings,
  type ResolvedNetworkSettings,
  type SegmentationSize,
} from '../segmentation/options.js';
import type { Size } from '../size.js';

/** Width and classes of the networks, and the size of the image, in pixels. */
export interface BudgetNetwork extends Omit<SegmentationSize, 'architecture'>, Size {}

/**
 * Completes and checks the settings.
 *
 * @throws {@link ConfigError} if one is out of its range
 * @throws {@link ShapeError} if the image has no pixels
 */
export function resolveNetwork({ height, width, ...settings }: BudgetNetwork): {
  readonly settings: ResolvedNetworkSettings;
  readonly image: Size;
} {
  checkImageSize([0], { height, width });
  return { settings: resolveNetworkSettings(settings), image: { height, width } };
}
