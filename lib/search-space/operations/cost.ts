/** Costs of the parts that operations are made of. */
import { outputSize } from '../../ops/geometry.js';
import type { OperationCost, OperationPlace } from './operation.js';

/** What costs nothing. */
export const FREE: OperationCost = { parameters: 0, multiplyAdds: 0 };

/** Trained numbers of a batch norm per channel: scale and offset. */
const PER_CHANNEL = 2;

/** Pixels of a result. */
export function outputPixels({ height, width, stride }: OperationPlace): number {
  return outputSize(height, stride) * outputSize(width, stride);
}

/** A dense convolution with as many filters as channels, and the batch norm behind it. */
export function convolutionCost(kernel: number, channels: number, pixels: number): OperationCost {
  const weights = kernel * kernel * channels * channels;
  return { parameters: weights + PER_CHANNEL * channels, multiplyAdds: weights * pixels };
}

/** A depthwise and a pointwise convolution, and the batch norm behind them. */
export function separableCost(kernel: number, channels: number, pixels: number): OperationCost {
  const weights = kernel * kernel * channels + channels * channels;
  return { parameters: weights + PER_CHANNEL * channels, multiplyAdds: weights * pixels };
}

/** Several parts together. */
export function sumOfCosts(costs: readonly OperationCost[]): OperationCost {
  return {
    parameters: costs.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplyAdds: costs.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
  };
}
