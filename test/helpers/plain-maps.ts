/** Feature maps and layers as plain loops in double precision: a reference for tests. */

/** `[batch, height, width, channels]` and its values in C order. */
export interface PlainMap {
  readonly shape: readonly [number, number, number, number];
  readonly values: ArrayLike<number>;
}

type Read = (b: number, y: number, x: number, c: number) => number;

const at =
  ({ shape: [, h, w, channels], values }: PlainMap): Read =>
  (b, y, x, c) =>
    y < 0 || y >= h || x < 0 || x >= w ? 0 : values[((b * h + y) * w + x) * channels + c];

/** The map whose values `read` gives. */
export function mapOf(shape: PlainMap['shape'], read: Read): PlainMap {
  const [batch, height, width, channels] = shape;
  const values: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          values.push(read(b, y, x, c));
        }
      }
    }
  }
  return { shape, values };
}

export function relu(x: PlainMap): PlainMap {
  return { shape: x.shape, values: Array.from(x.values, (value) => Math.max(value, 0)) };
}

/** Sum of maps of one shape, each times its factor. */
export function weightedSum(maps: readonly PlainMap[], factors: readonly number[]): PlainMap {
  const values = Array.from(maps[0].values, (_, i) =>
    maps.reduce((sum, map, k) => sum + factors[k] * map.values[i], 0),
  );
  return { shape: maps[0].shape, values };
}

/** The channels of several maps side by side. */
export function concat(maps: readonly PlainMap[]): PlainMap {
  const [batch, height, width] = maps[0].shape;
  const channels = maps.flatMap((map) => {
    const read = at(map);
    return Array.from({ length: map.shape[3] }, (_, c) => [read, c] as const);
  });
  return mapOf([batch, height, width, channels.length], (b, y, x, c) => {
    const [read, channel] = channels[c];
    return read(b, y, x, channel);
  });
}

interface Window {
  readonly stride?: number;
  readonly rate?: number;
}

const outputOf = ([b, h, w, c]: PlainMap['shape'], stride: number, channels = c) =>
  [b, Math.ceil(h / stride), Math.ceil(w / stride), channels] as const;

/** Offsets of the taps of a window from its centre. */
const taps = (kernel: number, rate: number) =>
  Array.from({ length: kernel }, (_, i) => rate * (i - (kernel - 1) / 2));

/** Convolution with filters `[k, k, channels, filters]`, centred, zeros outside. */
export function conv(x: PlainMap, filter: PlainMap, { stride = 1, rate = 1 }: Window = {}) {
  const [kernel, , channels, filters] = filter.shape;
  const [read, weight] = [at(x), at(filter)];
  const offsets = taps(kernel, rate);
  return mapOf(outputOf(x.shape, stride, filters), (b, row, column, f) => {
    let sum = 0;
    offsets.forEach((dy, i) => {
      offsets.forEach((dx, j) => {
        for (let c = 0; c < channels; c++) {
          sum += read(b, row * stride + dy, column * stride + dx, c) * weight(i, j, c, f);
        }
      });
    });
    return sum;
  });
}

/** Depthwise convolution with filters `[k, k, channels, 1]`, centred, zeros outside. */
export function depthwise(x: PlainMap, filter: PlainMap, { stride = 1, rate = 1 }: Window = {}) {
  const [read, weight] = [at(x), at(filter)];
  const offsets = taps(filter.shape[0], rate);
  return mapOf(outputOf(x.shape, stride), (b, row, column, c) => {
    let sum = 0;
    offsets.forEach((dy, i) => {
      offsets.forEach((dx, j) => {
        sum += read(b, row * stride + dy, column * stride + dx, c) * weight(i, j, c, 0);
      });
    });
    return sum;
  });
}

/** 3×3 pooling over the pixels that exist. */
export function pool(
  x: PlainMap,
  reduce: (values: readonly number[]) => number,
  stride = 1,
): PlainMap {
  const [, height, width] = x.shape;
  const read = at(x);
  return mapOf(outputOf(x.shape, stride), (b, row, column, c) => {
    const values: number[] = [];
    for (const y of taps(3, 1).map((dy) => row * stride + dy)) {
      for (const at of taps(3, 1).map((dx) => column * stride + dx)) {
        if (y >= 0 && y < height && at >= 0 && at < width) {
          values.push(read(b, y, at, c));
        }
      }
    }
    return reduce(values);
  });
}

export const maximum = (values: readonly number[]) => Math.max(...values);
export const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean over the pixels of each image, `[batch, 1, 1, channels]`. */
export function imageMean(x: PlainMap): PlainMap {
  const [batch, height, width, channels] = x.shape;
  const read = at(x);
  return mapOf([batch, 1, 1, channels], (b, _y, _x, c) =>
    average(
      Array.from({ length: height * width }, (_, i) =>
        read(b, Math.floor(i / width), i % width, c),
      ),
    ),
  );
}

/** Bilinear resize that keeps the corners. */
export function resize(x: PlainMap, height: number, width: number): PlainMap {
  const [batch, h, w, channels] = x.shape;
  const read = at(x);
  const between = (to: number, from: number, i: number) => {
    const place = to === 1 ? 0 : (i * (from - 1)) / (to - 1);
    const low = Math.min(Math.floor(place), Math.max(from - 2, 0));
    return [low, Math.min(low + 1, from - 1), place - low] as const;
  };
  return mapOf([batch, height, width, channels], (b, row, column, c) => {
    const [top, bottom, down] = between(height, h, row);
    const [left, right, across] = between(width, w, column);
    const line = (y: number) => (1 - across) * read(b, y, left, c) + across * read(b, y, right, c);
    return (1 - down) * line(top) + down * line(bottom);
  });
}

/** What a batch norm holds, one number per channel each. */
export interface PlainNorm {
  readonly epsilon: number;
  readonly gamma?: ArrayLike<number> | undefined;
  readonly beta?: ArrayLike<number> | undefined;
  /** Those of the batch by default. */
  readonly mean?: ArrayLike<number> | undefined;
  readonly variance?: ArrayLike<number> | undefined;
}

/** Batch norm, by the statistics of the batch unless others are given. */
export function norm(x: PlainMap, { epsilon, gamma, beta, mean, variance }: PlainNorm): PlainMap {
  const channels = x.shape[3];
  const columns = Array.from({ length: channels }, (_, c) =>
    Array.from(x.values).filter((_value, i) => i % channels === c),
  );
  const means = mean ?? columns.map(average);
  const variances =
    variance ?? columns.map((values, c) => average(values.map((value) => (value - means[c]) ** 2)));
  return mapOf(
    x.shape,
    (b, y, column, c) =>
      ((at(x)(b, y, column, c) - means[c]) / Math.sqrt(variances[c] + epsilon)) *
        (gamma?.[c] ?? 1) +
      (beta?.[c] ?? 0),
  );
}
