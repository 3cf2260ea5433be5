/** Names that mean the same in all exports. */
import type { ExportClass } from './format.js';

const SPLITS: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  test: 'test',
  testing: 'test',
};

/** The split that a name means, such as `val` for `valid`, `val2017` or `valid_labels`. */
export function splitOf(name: string): string | undefined {
  const word = name
    .toLowerCase()
    .replace(/[-_ ]?(labels?|masks?|images?|imgs?|annot|gt|\d{4})$/, '');
  return SPLITS[word];
}

/** The split that a folder of a path names, the deepest first. */
export function splitOfPath(path: string): string | undefined {
  for (const part of path.split('/').reverse()) {
    const split = splitOf(part);
    if (split !== undefined) {
      return split;
    }
  }
  return undefined;
}

/** Whether a class is the background. */
export function isBackground({ name }: Pick<ExportClass, 'name'>): boolean {
  return /^_*background_*$/i.test(name);
}

/** The picture that an image was made from: Roboflow names its copies `name_jpg.rf.<hash>`. */
export function originalOf(id: string): string {
  const at = id.search(/\.rf\.[0-9a-f]{8,}/i);
  return at > 0 ? id.slice(0, at) : id;
}
