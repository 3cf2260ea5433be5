/**
 * Whether a search can decide anything: how far its α and β can get from where they begin, all equal.
 *
 * Adam divides the running mean of a gradient by the root of its running square, so that a step moves a
 * logit by about the learning rate η at most, however large the loss is:
 *
 *     |Δ_t| = η |m_t / c1| / √(v_t / c2) ≲ η, since |E g| ≤ √E g², and so |a_n − a_0| ≲ η n
 *
 * after n steps; gradients that change their sign get it less far, √n η if they are noise. With b1 = 0.5
 * and b2 = 0.999 a single step can be longer, 0.5 / √0.001 = 16 η, where a gradient follows a thousand
 * that were 0; steps on dense losses are not.
 *
 * The bound is generous: weight decay λ pulls a logit back by η λ a / √v per step, so that it forgets within
 * √v / (η λ) steps and stands at −E[g] / λ then, whatever the rate, give or take the noise √(η √v / 2 λ). A higher
 * rate sharpens by noise; more steps and larger batches make the choice surer (data/camvid/results/README.md).
 *
 * Source: Kingma and Ba, "Adam", §2.1 ("the effective magnitude of the steps … is approximately bounded by
 * the stepsize setting").
 */
import { short } from '../text.js';
import type { SearchConfig } from './options.js';

/**
 * A search whose logits can travel less far is told to be unable to decide: 3,000 steps of 0.003. The
 * paper's takes some 14,900 steps of 0.003, a travel of 45.
 *
 * Assumption: the paper does not say where it lies. Our own search of a bound of 1 kept 99.8 % of the
 * entropy of α. To be above it is no promise: three searches of a bound of 10 moved their logits by 1 and kept
 * 97.7 % (data/camvid/results/README.md).
 */
const DECIDING_TRAVEL = 9;

/** The paper's: 20 epochs of half of 2,975 images, batch 2, at 0.003. Source: Auto-DeepLab §5.1. */
const PAPER_TRAVEL = 45;

/** A rate above it is no advice: a few steps would decide, by the noise of their batches. */
const LARGEST_RATE = 0.1;

/** A positive number, rounded up to two significant digits. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit) * unit).toPrecision(2));
}

/** How far α and β can get. */
export interface Travel {
  /** Steps that train α and β. */
  readonly architectureSteps: number;
  /** Steps times the learning rate: about the most that a logit changes by. */
  readonly bound: number;
}

/** How far the settings of a search let α and β get. */
export function travelOf(
  {
    epochs,
    architectureStart,
    architectureLearningRate,
  }: Pick<SearchConfig, 'epochs' | 'architectureStart' | 'architectureLearningRate'>,
  stepsPerEpoch: number,
): Travel {
  const architectureSteps = Math.max(0, epochs - architectureStart) * stepsPerEpoch;
  return { architectureSteps, bound: architectureSteps * architectureLearningRate };
}

/**
 * The entropy that a choice keeps at best after a travel T, as a share of ln K: all steps agree, one logit
 * rises by T, the others fall by T.
 *
 *     p = 1 / (1 + (K − 1) e^{−2T}), H = −p ln p − (1 − p) ln((1 − p) / (K − 1))
 *
 * @param bound - T
 * @param choices - K ≥ 2
 */
export function lowestEntropy(bound: number, choices: number): number {
  const p = 1 / (1 + (choices - 1) * Math.exp(-2 * bound));
  const rest = (1 - p) / (choices - 1);
  const others = rest === 0 ? 0 : (1 - p) * Math.log(rest);
  return -(p * Math.log(p) + others) / Math.log(choices);
}

/**
 * What to say before a search whose settings cannot decide; undefined if they can.
 *
 * @param stepsPerEpoch - of the architecture
 */
export function travelWarning(
  config: Pick<
    SearchConfig,
    'epochs' | 'architectureStart' | 'architectureLearningRate' | 'operations'
  >,
  stepsPerEpoch: number,
): string | undefined {
  const { architectureSteps, bound } = travelOf(config, stepsPerEpoch);
  if (bound >= DECIDING_TRAVEL) {
    return undefined;
  }
  const { architectureStart, architectureLearningRate: rate, operations } = config;
  const entropy = lowestEntropy(bound, Math.max(2, operations.length));
  const epochs = architectureStart + Math.ceil(DECIDING_TRAVEL / (rate * stepsPerEpoch));
  const kept =
    entropy < 0.01
      ? ''
      : `, so that α keeps at least ${Math.floor(100 * entropy)} % of its entropy`;
  const needed = roundedUp(DECIDING_TRAVEL / architectureSteps);
  const faster =
    needed > LARGEST_RATE
      ? ''
      : `, or take ${needed} as the learning rate of α and β (option architectureLearningRate)`;
  return (
    `these settings can hardly decide an architecture: ${architectureSteps} steps of ${rate} move α and β ` +
    `by ${short(bound, 2)} at most (in the paper by ${PAPER_TRAVEL})${kept}; for a travel of ` +
    `${DECIDING_TRAVEL}, search ${epochs} epochs (option epochs)${faster}`
  );
}
