/** What the JSON files of an export are. */
import { sniff, type ExportTree } from '../tree.js';

/** The kinds that are told apart. */
export type JsonKind = 'coco' | 'labelme' | 'label-studio';

/** More files than this are not looked at before a format is recognised. */
const MOST_FILES = 60;

const has = (text: string, key: string): boolean => new RegExp(`"${key}"\\s*:`).test(text);

/** The kind of a JSON file by the keys at its ends. */
export async function jsonKind(tree: ExportTree, file: string): Promise<JsonKind | undefined> {
  const text = await sniff(tree, file);
  if (has(text, 'shapes') && (has(text, 'imagePath') || has(text, 'imageData'))) {
    return 'labelme';
  }
  if (has(text, 'images') && (has(text, 'categories') || has(text, 'category_id'))) {
    return 'coco';
  }
  return has(text, 'result') && has(text, 'from_name') ? 'label-studio' : undefined;
}

/** The first JSON file of a kind; of very many, some are looked at. */
export async function firstOfKind(tree: ExportTree, kind: JsonKind): Promise<string | undefined> {
  const files = tree.files.filter((file) => /\.json$/i.test(file));
  const step = Math.max(1, Math.floor(files.length / MOST_FILES));
  for (let i = 0; i < files.length; i += step) {
    if ((await jsonKind(tree, files[i])) === kind) {
      return files[i];
    }
  }
  return undefined;
}

/** All JSON files of a kind. */
export async function filesOfKind(
  tree: ExportTree,
  kind: JsonKind,
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  for (const file of tree.files.filter((one) => /\.json$/i.test(one))) {
    signal.throwIfAborted();
    if ((await jsonKind(tree, file)) === kind) {
      found.push(file);
    }
  }
  return found;
}
