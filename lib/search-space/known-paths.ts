/** Known designs as paths of the 12-layer trellis. */

/** A known network design as a path. */
export interface KnownPath {
  /** Its name in the paper. */
  readonly name: string;
  /** One level per layer, 12 layers; the stride is 4 · 2^level. */
  readonly path: readonly number[];
  /** How the path was derived, and what was assumed. */
  readonly derivation: string;
}

/**
 * The designs of Fig. 2 and the path that the authors found (Fig. 3).
 *
 * Source: Auto-DeepLab §3.2, Fig. 2 and 3.
 * Assumption: Fig. 2 shows the shape of each design and leaves layers out ("…"), and the text gives
 * no strides; the three paths spread each design over 12 layers as its `derivation` says. The
 * published path is exact: it is the one of the authors' code and the only one that gives the
 * paper's parameter counts.
 */
export const KNOWN_PATHS = {
  deepLabV3: {
    name: 'DeepLabv3',
    path: [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2],
    derivation:
      'Output stride 16: down to stride 16 and on at that resolution. The four stages of its ' +
      'ResNet (strides 4, 8, 16 and 16 with atrous convolution) get three layers each.',
  },
  convDeconv: {
    name: 'Conv-Deconv',
    path: [0, 1, 1, 2, 2, 3, 3, 2, 2, 1, 1, 0],
    derivation:
      'Down to the lowest resolution once and up again, the second half the mirror image of the ' +
      'first: two layers per level on either side, the stem being the first at stride 4.',
  },
  stackedHourglass: {
    name: 'Stacked Hourglass',
    path: [1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0],
    derivation:
      'Down and up repeatedly, one step per layer: from the stem at stride 4 to 32 and back takes ' +
      'six layers, so that 12 layers hold two hourglasses.',
  },
  published: {
    name: 'Auto-DeepLab',
    path: [0, 0, 0, 1, 2, 1, 2, 2, 3, 3, 2, 1],
    derivation: "The path found on Cityscapes, from the authors' code (`hnasnet` backbone list).",
  },
} as const satisfies Record<string, KnownPath>;

/**
 * The path of DeepLabv3 for any number of layers: its four stages (levels 0, 1, 2 and 2) get a quarter of them
 * each, as in {@link KNOWN_PATHS}, whose 12 layers this gives too.
 *
 * @param layers - L ≥ 1
 */
export function deepLabV3Path(layers: number): number[] {
  const path: number[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const stage = Math.floor((4 * layer) / layers);
    path.push(Math.min(stage, 2, (path.at(-1) ?? 0) + 1));
  }
  return path;
}
