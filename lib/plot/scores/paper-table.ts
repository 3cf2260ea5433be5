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

const VAL = 'Cityscapes val, 1025 × 2049, single scale';

/**
 * The paper's Table 2: Cityscapes validation, single scale.
 *
 * Numbers as printed in the paper, not measured here. FRRN-B has no accuracy in the table.
 *
 * Source: Auto-DeepLab Table 2.
 */
export const PAPER_TABLE_2: readonly ModelScore[] = [
  {
    name: 'Auto-DeepLab-S',
    family: 'Auto-DeepLab',
    multiplyAdds: 333.25e9,
    parameters: 10.15e6,
    meanIou: 0.7974,
    conditions: `${VAL}, from scratch`,
  },
  {
    name: 'Auto-DeepLab-M',
    family: 'Auto-DeepLab',
    multiplyAdds: 460.93e9,
    parameters: 21.62e6,
    meanIou: 0.8004,
    conditions: `${VAL}, from scratch`,
  },
  {
    name: 'Auto-DeepLab-L',
    family: 'Auto-DeepLab',
    multiplyAdds: 695.03e9,
    parameters: 44.42e6,
    meanIou: 0.8033,
    conditions: `${VAL}, from scratch`,
  },
  {
    name: 'FRRN-A',
    multiplyAdds: null,
    parameters: 17.76e6,
    meanIou: 0.657,
    conditions: 'Cityscapes val, from scratch',
  },
  {
    name: 'FRRN-B',
    multiplyAdds: null,
    parameters: 24.78e6,
    meanIou: null,
    conditions: 'Cityscapes val, from scratch',
  },
  {
    name: 'DeepLabv3+',
    multiplyAdds: 1551.05e9,
    parameters: 43.48e6,
    meanIou: 0.7955,
    conditions: `${VAL}, pre-trained on ImageNet`,
  },
];
