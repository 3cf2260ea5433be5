/** From the pixels of a picture to the input of the network, and back: as the library predicts. */
import { readingSize, resizeImage, resizeLabels } from '../../../dataset/reading/geometry.js';
import { cropPadding, drawImage, paddedView } from '../../../dataset/reading/view.js';
import type { RgbImage } from '../../../dataset/pixels.js';
import { paddedSize, type Size } from '../../../size.js';
import type { Pixels, WebNetwork } from './messages.js';

/** The input of the network for one picture. */
export interface PreparedImage {
  /** The size at which the picture is read. */
  readonly size: Size;
  /** The size of the input, with padding on the right and below. */
  readonly padded: Size;
  /** `[padded.height, padded.width, 3]`, from −1 to 1. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** The part that a size is scaled by to fit into another; at most 1. */
function fitting(size: Size, most: Size): number {
  return Math.min(1, most.height / size.height, most.width / size.width);
}

/**
 * The size at which a picture is read: as in the training, but no larger than what is allowed.
 *
 * @param longestSide - of the result, in pixels; undefined: no limit
 */
export function sizeToRead(
  picture: Size,
  { resolution, size }: Pick<WebNetwork, 'resolution' | 'size'>,
  longestSide: number | undefined,
): Size {
  const asTrained = readingSize(picture, resolution);
  const most = longestSide ?? Infinity;
  const limits = [{ height: most, width: most }, ...(size === 'any' ? [] : [size])];
  const scale = Math.min(...limits.map((limit) => fitting(asTrained, limit)));
  const along = (pixels: number) => Math.max(1, Math.floor(pixels * scale));
  return scale === 1
    ? asTrained
    : { height: along(asTrained.height), width: along(asTrained.width) };
}

/** Drops the alpha of pixels; what is transparent becomes white behind it. */
function withoutAlpha({ height, width, data }: Pixels): RgbImage {
  const rgb = new Uint8Array(height * width * 3);
  for (let i = 0, j = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] / 255;
    for (let c = 0; c < 3; c++) {
      rgb[j++] = alpha === 1 ? data[i + c] : Math.round(data[i + c] * alpha + 255 * (1 - alpha));
    }
  }
  return { height, width, data: rgb };
}

/** Brings a picture to the input of the network. */
export function prepareImage(
  pixels: Pixels,
  network: Pick<WebNetwork, 'resolution' | 'size'>,
  longestSide: number | undefined,
): PreparedImage {
  const image = withoutAlpha(pixels);
  const size = sizeToRead(image, network, longestSide);
  const isWhole = size.height === image.height && size.width === image.width;
  const scaled = isWhole ? image : resizeImage(image, size);
  const padded = network.size === 'any' ? paddedSize(scaled) : network.size;
  const values = new Float32Array(padded.height * padded.width * 3);
  drawImage(scaled, paddedView(scaled, padded), values);
  return { size, padded, values };
}

/** The class of each pixel of the picture, from the label map of the padded input. */
export function labelsOfPicture(
  labels: Int32Array,
  { size, padded }: Omit<PreparedImage, 'values'>,
  picture: Size,
): Uint8Array<ArrayBuffer> {
  const data = Uint8Array.from(cropPadding(labels, padded, size));
  return Uint8Array.from(resizeLabels({ ...size, data }, picture).data);
}
