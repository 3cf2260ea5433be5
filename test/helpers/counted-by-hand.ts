/** Parameters and multiply-adds of a derived network by formulas, without building it. */
import type { Architecture } from '../../lib/architecture/architecture.js';

/** What a network is made of, for one image. */
export interface HandCount {
  parameters: number;
  multiplyAdds: number;
}

const half = (n: number) => Math.ceil(n / 2);

/** Adds a convolution of k × k taps from c to f channels, with batch norm or a bias behind it. */
function add(count: HandCount, pixels: number, weights: number, perFilter: number): void {
  count.parameters += weights + perFilter;
  count.multiplyAdds += weights * pixels;
}

/** Weights of an operation on f channels; the pixels are those of its result. */
function addOperation(
  count: HandCount,
  name: string,
  { pixels, f, stride }: { pixels: number; f: number; stride: number },
) {
  const k = name.endsWith('5x5') ? 5 : 3;
  if (name.startsWith('sep_conv')) {
    for (let round = 0; round < 2; round++) {
      add(count, pixels, k * k * f + f * f, 2 * f);
    }
  } else if (name.startsWith('dil_conv')) {
    add(count, pixels, k * k * f * f, 2 * f);
  } else if (name === 'skip_connect' && stride === 2) {
    add(count, pixels, f * f, 2 * f);
  }
}

/**
 * Counts a network: from the output back, whatever is read.
 *
 * @param filterMultiplier - F
 */
export function countByHand(
  { path, genotype: { blocks } }: Pick<Architecture, 'path' | 'genotype'>,
  {
    filterMultiplier: F,
    classes,
    height,
    width,
  }: Record<'filterMultiplier' | 'classes' | 'height' | 'width', number>,
): HandCount {
  const count: HandCount = { parameters: 0, multiplyAdds: 0 };
  const branches = blocks.flatMap(({ left, right }) => [left, right]);
  const useful = branches.filter(({ operation }) => operation !== 'none');
  const reads = (state: number) => useful.some(({ input }) => input === state);
  // Tensors: −2 and −1 are the stem's outputs, then the cells.
  const sizes = new Map<number, [number, number]>([
    [-2, [half(height), half(width)]],
    [-1, [half(half(height)), half(half(width))]],
  ]);
  const channels = new Map([
    [-2, 64],
    [-1, 128],
  ]);
  const levelBefore = (cell: number) => (cell === 0 ? 0 : path[cell - 1]);
  path.forEach((level, cell) => {
    const [h, w] = sizes.get(cell - 1)!;
    const step = level - levelBefore(cell);
    sizes.set(cell, step > 0 ? [half(h), half(w)] : step < 0 ? [2 * h - 1, 2 * w - 1] : [h, w]);
    channels.set(cell, blocks.length * F * 2 ** level);
  });
  const pixelsOf = (tensor: number) => sizes.get(tensor)![0] * sizes.get(tensor)![1];
  const built = new Set<number>();
  const build = (tensor: number): void => {
    if (built.has(tensor)) {
      return;
    }
    built.add(tensor);
    if (tensor === -2) {
      add(count, pixelsOf(-2), 9 * 3 * 64, 2 * 64);
      add(count, pixelsOf(-2), 9 * 64 * 64, 2 * 64);
      return;
    }
    if (tensor === -1) {
      build(-2);
      add(count, pixelsOf(-1), 9 * 64 * 128, 2 * 128);
      return;
    }
    const f = F * 2 ** path[tensor];
    const step = path[tensor] - levelBefore(tensor);
    const pixelsIn = step < 0 ? pixelsOf(tensor) : pixelsOf(tensor - 1);
    if (reads(0)) {
      build(tensor - 2);
      const from = channels.get(tensor - 2)!;
      if (from !== f) {
        add(count, pixelsIn, from * f, 2 * f);
      }
    }
    if (reads(1)) {
      build(tensor - 1);
      add(count, pixelsIn, channels.get(tensor - 1)! * f, 2 * f);
    }
    for (const { input, operation } of useful) {
      const stride = step > 0 && input < 2 ? 2 : 1;
      addOperation(count, operation, { pixels: pixelsOf(tensor), f, stride });
    }
  };
  const last = path.length - 1;
  build(last);
  const first = path.indexOf(0);
  const after = path.slice(first).findIndex((level) => level !== 0);
  const lowLevel = first < 0 ? -1 : after < 0 ? last : first + after - 1;
  build(lowLevel);
  const c = channels.get(last)!;
  add(count, 1, c * 256, 512);
  add(count, pixelsOf(last), c * 256, 512);
  for (let i = 0; i < 3; i++) {
    add(count, pixelsOf(last), 9 * c * 256, 512);
  }
  add(count, pixelsOf(last), 5 * 256 * 256, 512);
  const quarter = pixelsOf(-1);
  add(count, pixelsOf(lowLevel), channels.get(lowLevel)! * 48, 96);
  add(count, quarter, 9 * 304 * 256, 512);
  add(count, quarter, 9 * 256 * 256, 512);
  add(count, quarter, 256 * classes, classes);
  return count;
}
