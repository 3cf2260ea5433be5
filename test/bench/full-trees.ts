/**
 * Trees with as many files as the whole benchmarks have. The files are tiny, and hard links to a few:
 * that listing, checking and sampling take seconds is to be shown, not how fast files are read.
 */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Contents of the files: an image and a label map of a few pixels. */
export interface TinyFiles {
  readonly image: Uint8Array;
  readonly labels: Uint8Array;
}

/** A whole benchmark: the kind of dataset, its splits with their images, and its files. */
export interface FullTree {
  readonly kind: 'cityscapes' | 'voc' | 'ade20k' | 'coco';
  readonly splits: Readonly<Record<string, number>>;
  /** The paths of images and label maps, and texts by path. */
  files(): {
    readonly images: readonly string[];
    readonly labels: readonly string[];
    readonly texts: Readonly<Record<string, string>>;
  };
}

/** File systems allow no more links to a file than some ten thousand. */
const LINKS_PER_FILE = 10_000;

/** Ids of a kind: `a_000000` and so on. */
export function ids(prefix: string, count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}_${String(first + i).padStart(6, '0')}`);
}

const lines = (names: readonly string[]): string => names.map((name) => `${name}\n`).join('');

/** Source: cityscapesScripts; cities and images of each split. */
const CITIES = { train: 18, val: 3, test: 6, train_extra: 23 };
const CITYSCAPES = { train: 2975, val: 500, test: 1525, train_extra: 19_998 };

const cityscapes: FullTree = {
  kind: 'cityscapes',
  splits: { ...CITYSCAPES, 'train+train_extra': 22_973 },
  files() {
    const images: string[] = [];
    const labels: string[] = [];
    for (const split of Object.keys(CITYSCAPES) as (keyof typeof CITYSCAPES)[]) {
      const annotation = split === 'train_extra' ? 'gtCoarse' : 'gtFine';
      for (const [i, id] of ids(split, CITYSCAPES[split]).entries()) {
        const place = `${split}/city${i % CITIES[split]}/${id}`;
        images.push(`leftImg8bit/${place}_leftImg8bit.png`);
        if (split !== 'test') {
          labels.push(`${annotation}/${place}_${annotation}_labelIds.png`);
        }
      }
    }
    return { images, labels, texts: {} };
  },
};

/** VOC's lists, and the 10,582 of train_aug with label maps of their own. */
const voc: FullTree = {
  kind: 'voc',
  splits: { train: 1464, val: 1449, trainval: 2913, train_aug: 10_582 },
  files() {
    const folder = 'VOCdevkit/VOC2012';
    const [train, val, more] = [ids('a', 1464), ids('b', 1449), ids('c', 10_582 - 1464)];
    const own = [...train, ...val];
    const augmented = [...train, ...more];
    const list = (name: string) => `${folder}/ImageSets/Segmentation/${name}.txt`;
    return {
      images: [...own, ...more].map((id) => `${folder}/JPEGImages/${id}.jpg`),
      labels: [
        ...own.map((id) => `${folder}/SegmentationClass/${id}.png`),
        ...augmented.map((id) => `${folder}/SegmentationClassAug/${id}.png`),
      ],
      texts: {
        [list('train')]: lines(train),
        [list('val')]: lines(val),
        [list('trainval')]: lines(own),
        [list('train_aug')]: lines(augmented),
      },
    };
  },
};

const ADE20K = { training: 20_210, validation: 2000, testing: 3352 };

const ade20k: FullTree = {
  kind: 'ade20k',
  splits: { train: ADE20K.training, val: ADE20K.validation, test: ADE20K.testing },
  files() {
    const places = Object.entries(ADE20K).flatMap(([place, count]) =>
      ids(`ADE_${place}`, count).map((id) => ({ place, name: `${place}/${id}` })),
    );
    return {
      images: places.map(({ name }) => `ADEChallengeData2016/images/${name}.jpg`),
      labels: places
        .filter(({ place }) => place !== 'testing')
        .map(({ name }) => `ADEChallengeData2016/annotations/${name}.png`),
      texts: {},
    };
  },
};

/** All images with label maps, though the library makes none of those with few pixels of VOC's classes. */
const coco: FullTree = {
  kind: 'coco',
  splits: { train: 118_287, val: 5000 },
  files() {
    const splits = [
      ['train2017', ids('t', 118_287)],
      ['val2017', ids('v', 5000)],
    ] as const;
    const all = splits.flatMap(([place, names]) => names.map((id) => `${place}/${id}`));
    return {
      images: all.map((name) => `${name}.jpg`),
      labels: all.map((name) => `annotations_voc/${name}.png`),
      texts: Object.fromEntries(
        splits.map(([place, names]) => [
          `annotations_voc/${place}.txt`,
          lines(names.map((id) => `${id}.jpg`)),
        ]),
      ),
    };
  },
};

/** The whole benchmarks. */
export const FULL_TREES = { cityscapes, voc, ade20k, coco } as const;

/** Writes a whole benchmark of tiny files into a folder. */
export function writeFullTree(root: string, tree: FullTree, tiny: TinyFiles): void {
  const { images, labels, texts } = tree.files();
  const folders = new Set(
    [...images, ...labels, ...Object.keys(texts)].map((f) => path.dirname(f)),
  );
  for (const folder of [...folders, '.sources']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  linkAll(root, images, tiny.image, 'image');
  linkAll(root, labels, tiny.labels, 'labels');
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(path.join(root, name), text);
  }
}

function linkAll(root: string, names: readonly string[], content: Uint8Array, what: string): void {
  let source = '';
  for (const [i, name] of names.entries()) {
    if (i % LINKS_PER_FILE === 0) {
      source = path.join(root, '.sources', `${what}${i}`);
      writeFileSync(source, content);
    }
    linkSync(source, path.join(root, name));
  }
}
