/** The annotations of COCO: which objects of VOC's classes each image has. */
import { DataError } from '../../errors.js';
import { readJsonElements } from '../../files/json-elements.js';
import type { Size } from '../../size.js';
import { DEFAULT_MAX_PIXELS } from '../reading/files.js';
import { VOC_CLASSES } from '../voc/classes.js';

/** What an object covers: polygons, or runs as a list or a text. */
export type Segmentation =
  | readonly (readonly number[])[]
  | { readonly size: readonly number[]; readonly counts: string | readonly number[] };

/** An object of one of VOC's classes. */
export interface CocoObject {
  readonly id: number;
  /** The label value of the class, 1 to 20. */
  readonly value: number;
  /** A region with many objects, which are not told apart. */
  readonly isCrowd: boolean;
  /** In pixels. */
  readonly area: number;
  readonly segmentation: Segmentation;
}

/** An image, with its objects in the order of the file. */
export interface CocoImage extends Size {
  readonly name: string;
  readonly objects: readonly CocoObject[];
}

/** COCO's names where they differ from VOC's. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  airplane: 'aeroplane',
  'dining table': 'diningtable',
  motorcycle: 'motorbike',
  'potted plant': 'pottedplant',
  couch: 'sofa',
  tv: 'tvmonitor',
};

/** An element of a list, of which nothing is known yet. */
type Fields = Readonly<Record<string, unknown>>;

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isLength = (value: unknown): value is number =>
  isNumber(value) && Number.isInteger(value) && value > 0;
const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isNumber);

function isSegmentation(value: unknown): value is Segmentation {
  if (Array.isArray(value)) {
    return value.every(
      (points) => isNumbers(points) && points.length >= 6 && points.length % 2 === 0,
    );
  }
  const { size, counts } = (value ?? {}) as Fields;
  return isNumbers(size) && size.length === 2 && (typeof counts === 'string' || isNumbers(counts));
}

/**
 * Reads the images and the objects of VOC's classes of a file such as `instances_train2017.json`.
 *
 * The file is read piece by piece; its annotations are held in memory until its categories are known,
 * which come last.
 *
 * @throws {@link DataError} if it is cut off, of another form or contradicts itself
 */
export async function readCocoAnnotations(
  file: string,
  signal?: AbortSignal,
): Promise<readonly CocoImage[]> {
  const images = new Map<number, Size & { name: string; objects: CocoObject[] }>();
  const names = new Map<number, string>();
  const annotations: { image: number; category: number; object: Omit<CocoObject, 'value'> }[] = [];
  const wrong = (list: string, element: unknown, expected: string): DataError =>
    new DataError(
      `${file}: expected ${expected} in "${list}", got ${JSON.stringify(element).slice(0, 80)}; take ` +
        'the annotations of instances from the download',
      file,
    );
  await readJsonElements(
    file,
    (list, element) => {
      const { id, name, file_name, height, width, image_id, category_id, segmentation } =
        element as Fields;
      const { iscrowd = 0, area } = element as Fields;
      if (list === 'categories') {
        if (!isNumber(id) || typeof name !== 'string') {
          throw wrong(list, element, 'id and name');
        }
        names.set(id, name);
      } else if (list === 'images') {
        const isRight = isNumber(id) && typeof file_name === 'string' && !/[\\/]/.test(file_name);
        if (!isRight || !isLength(height) || !isLength(width)) {
          throw wrong(list, element, 'id, file_name without folders, height and width');
        }
        if (height * width > DEFAULT_MAX_PIXELS) {
          throw wrong(list, element, `at most ${DEFAULT_MAX_PIXELS} pixels`);
        }
        images.set(id, { name: file_name, height, width, objects: [] });
      } else if (list === 'annotations') {
        const isRight = isNumber(id) && isNumber(image_id) && isNumber(category_id);
        if (!isRight || !isNumber(area) || !isSegmentation(segmentation)) {
          throw wrong(list, element, 'id, image_id, category_id, area and segmentation');
        }
        const object = { id, isCrowd: iscrowd === 1, area, segmentation };
        annotations.push({ image: image_id, category: category_id, object });
      }
    },
    signal,
  );
  const values = new Map<string, number>(
    VOC_CLASSES.slice(1).map(({ name, trainId }) => [name, trainId]),
  );
  for (const { image, category, object } of annotations) {
    const name = names.get(category);
    const owner = images.get(image);
    if (name === undefined || owner === undefined) {
      throw wrong('annotations', { id: object.id, image, category }, 'a known image and category');
    }
    const value = values.get(OTHER_NAMES[name] ?? name);
    if (value !== undefined) {
      const { id, isCrowd, area, segmentation } = object;
      owner.objects.push({ id, value, isCrowd, area, segmentation });
    }
  }
  if (images.size === 0 || names.size === 0) {
    throw wrong('images', [], 'images and categories');
  }
  return [...images.values()];
}
