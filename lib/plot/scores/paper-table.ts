/** The scores that the paper reports. */

/** A network's cost and accuracy. */
export interface ModelScore {
  readonly name: string;
  /** Multiply-adds of one image; null where unknown. */
  readonly multiplyAdds: number | null;
  /** Trained numbers; null where unknown. */
  readonly parameters: number | null;
  /** Mean IoU, from 0 to 1; null where nobody measured it. */
  readonly meanIou: number | null;
  /** What it was measured on: dataset, split, image size, training. */
  readonly conditions?: string | undefined;
  /** Networks of one family are joined by a line. */
  readonly family?: string | undefined;
}

const SIZE = '1025 × 2049, single scale';

/** Name, multiply-adds in billions, parameters in millions, mean IoU, conditions. */
const ROWS: readonly (readonly [string, number | null, number, number | null, string])[] = [
  ['Auto-DeepLab-S', 333.25, 10.15, 0.7974, `${SIZE}, from scratch`],
  ['Auto-DeepLab-M', 460.93, 21.62, 0.8004, `${SIZE}, from scratch`],
  ['Auto-DeepLab-L', 695.03, 44.42, 0.8033, `${SIZE}, from scratch`],
  ['FRRN-A', null, 17.76, 0.657, 'from scratch'],
  ['FRRN-B', null, 24.78, null, 'from scratch'],
  ['DeepLabv3+', 1551.05, 43.48, 0.7955, `${SIZE}, pre-trained on ImageNet`],
];

/**
 * The paper's Table 2: Cityscapes validation, single scale.
 *
 * Numbers as printed in the paper, not measured here. FRRN-B has no accuracy in the table.
 *
 * Source: Auto-DeepLab Table 2.
 */
export const PAPER_TABLE_2: readonly ModelScore[] = ROWS.map(
  ([name, billions, millions, meanIou, conditions]) => ({
    name,
    family: /^(Auto-DeepLab)-/.exec(name)?.[1],
    multiplyAdds: billions && Math.round(billions * 1e9),
    parameters: Math.round(millions * 1e6),
    meanIou,
    conditions: `Cityscapes val, ${conditions}`,
  }),
);
