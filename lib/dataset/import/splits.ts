/** Distributing the items over splits. */
import { ConfigError, DataError } from '../../errors.js';
import { Random } from '../../random.js';
import { count } from '../../text.js';
import { withoutExtension } from '../reading/files.js';
import type { ExportItem, LeftOut } from './format.js';
import { baseName, normalPath } from './tree.js';

/** How the images are split. */
export type SplitRule =
  /** Shares of the images by split, such as `{ train: 8, val: 2 }`. */
  | { readonly ratio: Readonly<Record<string, number>> }
  /** k parts: the splits `train-1`, `val-1`, … `train-k`, `val-k`. */
  | { readonly folds: number }
  /** The lines of a list by split: names of images, with or without folders and extension. */
  | { readonly lists: Readonly<Record<string, readonly string[]>> };

/** The items of each split, and how they were found. */
export interface Splits {
  readonly splits: ReadonlyMap<string, readonly ExportItem[]>;
  /** The rule in words. */
  readonly rule: string;
  readonly leftOut: readonly LeftOut[];
}

const DEFAULT_RATIO = { train: 8, val: 2 };
const USUAL = ['train', 'val', 'test'];

/** Items that must stay together, in a random order. */
function shuffledGroups(
  items: readonly ExportItem[],
  same: ReadonlyMap<ExportItem, string>,
  seed: number,
): ExportItem[][] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) {
      root = next;
    }
    return root;
  };
  for (const item of items) {
    const digest = same.get(item);
    const [a, b] = [rootOf(`group ${item.group}`), rootOf(`bytes ${digest}`)];
    if (digest !== undefined && a !== b) {
      parents.set(b, a);
    }
  }
  const groups = new Map<string, ExportItem[]>();
  for (const item of items) {
    const key = rootOf(`group ${item.group}`);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return new Random(seed).fork('import/splits').shuffle([...groups.values()]);
}

/** Gives each group to the split that lacks most; each split gets one group first. */
function deal(
  groups: readonly ExportItem[][],
  shares: ReadonlyMap<string, number>,
): Map<string, ExportItem[]> {
  const items = groups.reduce((sum, group) => sum + group.length, 0);
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
  const names = [...shares.keys()];
  const splits = new Map(names.map((name): [string, ExportItem[]] => [name, []]));
  const lack = (name: string): number =>
    (items * (shares.get(name) ?? 0)) / total - (splits.get(name)?.length ?? 0);
  for (const [i, group] of groups.entries()) {
    const neediest = names.reduce((a, b) => (lack(b) > lack(a) ? b : a));
    splits.get(i < names.length ? names[i] : neediest)?.push(...group);
  }
  return splits;
}

function byRatio(groups: ExportItem[][], ratio: Readonly<Record<string, number>>) {
  const shares = new Map(Object.entries(ratio));
  if (shares.size === 0 || ![...shares.values()].every((n) => Number.isFinite(n) && n > 0)) {
    throw new ConfigError(
      `splits: expected positive shares such as { train: 8, val: 2 }, got ${JSON.stringify(ratio)}`,
    );
  }
  if (groups.length < shares.size) {
    throw new DataError(
      `splits: expected at least one image for each of ${[...shares.keys()].join(', ')}, got ` +
        `${count(groups.length, 'image')} that may be parted; name fewer splits`,
    );
  }
  return deal(groups, shares);
}

function byFolds(groups: ExportItem[][], folds: number): Map<string, ExportItem[]> {
  if (!Number.isInteger(folds) || folds < 2 || folds > groups.length) {
    throw new ConfigError(
      `splits: expected 2 to ${groups.length} folds, one image in each, got ${folds}`,
    );
  }
  const names = Array.from({ length: folds }, (_, i) => `${i + 1}`);
  const parts = deal(groups, new Map(names.map((name) => [name, 1])));
  const splits = new Map<string, ExportItem[]>();
  for (const name of names) {
    const others = names.filter((other) => other !== name);
    splits.set(
      `train-${name}`,
      others.flatMap((other) => parts.get(other) ?? []),
    );
    splits.set(`val-${name}`, parts.get(name) ?? []);
  }
  return splits;
}

const keyOf = (name: string): string => withoutExtension(normalPath(name));

function byLists(
  items: readonly ExportItem[],
  lists: Readonly<Record<string, readonly string[]>>,
): { splits: Map<string, ExportItem[]>; leftOut: LeftOut[] } {
  const byName = new Map<string, ExportItem[]>();
  for (const item of items) {
    for (const name of new Set([item.id, baseName(item.id)])) {
      byName.set(name, [...(byName.get(name) ?? []), item]);
    }
  }
  const owner = new Map<ExportItem, string>();
  const leftOut: LeftOut[] = [];
  for (const [split, lines] of Object.entries(lists)) {
    for (const line of lines) {
      const found = byName.get(keyOf(line)) ?? byName.get(baseName(keyOf(line))) ?? [];
      if (found.length > 1) {
        throw new DataError(
          `list of ${split}: expected the name of one image, got "${line}", which ` +
            `${found.map(({ id }) => id).join(' and ')} have; write the folder before it`,
        );
      }
      if (found.length === 0) {
        leftOut.push({ file: line, why: `listed in ${split}, but not in the export` });
        continue;
      }
      const before = owner.get(found[0]);
      if (before !== undefined && before !== split) {
        throw new DataError(
          `list of ${split}: expected no image of ${before}, got "${line}"; remove it from one list`,
        );
      }
      owner.set(found[0], split);
    }
  }
  leftOut.push(
    ...items
      .filter((item) => !owner.has(item))
      .map(({ source }) => ({ file: source, why: 'in none of the lists' })),
  );
  const splits = new Map(
    Object.keys(lists).map((split): [string, ExportItem[]] => [
      split,
      items.filter((item) => owner.get(item) === split),
    ]),
  );
  return { splits, leftOut };
}

/** Of images with the same bytes those in later splits are left out. */
function withoutCopies(
  splits: Map<string, ExportItem[]>,
  same: ReadonlyMap<ExportItem, string>,
  leftOut: LeftOut[],
): Map<string, ExportItem[]> {
  const owners = new Map<string, string>();
  const kept = new Map<string, ExportItem[]>();
  for (const [split, items] of splits) {
    const rest = items.filter((item) => {
      const digest = same.get(item);
      if (digest === undefined) {
        return true;
      }
      const owner = owners.get(digest) ?? split;
      owners.set(digest, owner);
      if (owner !== split) {
        leftOut.push({ file: item.source, why: `its image is in the split ${owner} too` });
      }
      return owner === split;
    });
    kept.set(split, rest);
  }
  return kept;
}

/** The names of splits become names of files. */
function requireNames(rule: SplitRule | undefined): void {
  const names = Object.keys(
    rule === undefined || 'folds' in rule ? {} : 'ratio' in rule ? rule.ratio : rule.lists,
  );
  const wrong = names.find((name) => !/^[\w][\w.-]*$/.test(name));
  if (wrong !== undefined) {
    throw new ConfigError(
      `splits: expected names of letters, digits, dots, hyphens and underscores, got "${wrong}"`,
    );
  }
}

/**
 * Distributes items over splits: by the rule; else as the export does, if it has images to train on;
 * else 80 % to train and 20 % to validate. No image comes into two splits, and images that were
 * made from one picture come into the same one.
 *
 * @param same - items with the same image, see `sameImages`
 * @throws {@link ConfigError} if the rule cannot be followed
 * @throws {@link DataError} if there are too few images, or a list has an image of another list
 */
export function splitItems(
  items: readonly ExportItem[],
  rule: SplitRule | undefined,
  seed: number,
  same: ReadonlyMap<ExportItem, string>,
): Splits {
  requireNames(rule);
  const groups = (some: readonly ExportItem[]): ExportItem[][] => shuffledGroups(some, same, seed);
  if (rule !== undefined && 'ratio' in rule) {
    const shares = Object.entries(rule.ratio).map(([name, share]) => `${name} ${share}`);
    const words = `${shares.join(' : ')}, drawn with seed ${seed}`;
    return { splits: byRatio(groups(items), rule.ratio), rule: words, leftOut: [] };
  }
  if (rule !== undefined && 'folds' in rule) {
    const words = `${rule.folds} folds, drawn with seed ${seed}`;
    return { splits: byFolds(groups(items), rule.folds), rule: words, leftOut: [] };
  }
  if (rule !== undefined) {
    const { splits, leftOut } = byLists(items, rule.lists);
    return { splits: withoutCopies(splits, same, leftOut), rule: 'as the lists say', leftOut };
  }
  const names = new Set(items.flatMap(({ split }) => split ?? []));
  if (!names.has('train')) {
    const words = `train 8 : val 2, drawn with seed ${seed}; the export has no split to train on`;
    const all = groups(items);
    const splits = all.length < 2 ? new Map([['train', [...items]]]) : byRatio(all, DEFAULT_RATIO);
    return { splits, rule: words, leftOut: [] };
  }
  const others = [...names].filter((name) => !USUAL.includes(name)).sort();
  const order = [...USUAL.filter((name) => names.has(name)), ...others];
  const leftOut: LeftOut[] = items
    .filter(({ split }) => split === undefined)
    .map(({ source }) => ({ file: source, why: 'in no split of the export' }));
  let splits = new Map(
    order.map((name): [string, ExportItem[]] => [
      name,
      items.filter(({ split }) => split === name),
    ]),
  );
  splits = withoutCopies(splits, same, leftOut);
  const parts = groups(splits.get('train') ?? []);
  if (names.has('val') || parts.length < 2) {
    return { splits, rule: 'as the export has them', leftOut };
  }
  const parted = byRatio(parts, DEFAULT_RATIO);
  const rest = [...splits].filter(([name]) => name !== 'train');
  const words = `as the export has them, but a fifth of train as val, drawn with seed ${seed}`;
  return { splits: new Map([...parted, ...rest]), rule: words, leftOut };
}
