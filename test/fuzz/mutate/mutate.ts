/** From the number of a case to its document: a valid one with some changes. */
import type { Random } from '#lib/random.js';
import type { Files, FuzzFormat } from '../format.js';
import { BYTES_MUTATIONS } from './bytes.js';
import { mutateJson } from './json.js';
import { mutateLines, recode } from './lines.js';

/** A document to be read. */
export interface FuzzCase {
  /** The valid document that it was made of. */
  readonly seedIndex: number;
  readonly files: Files;
  /** What was changed, in words. */
  readonly steps: readonly string[];
  /** Whether a change wrote a checksum again: the document then promises its own content. */
  readonly isResealed: boolean;
}

const MOST_STEPS = 6;
const IS_JSON = /\.(json|ipynb)$/;
const IS_TEXT = /\.(json|ipynb|txt|csv)$/;
const BYTES_NAMES = Object.keys(BYTES_MUTATIONS);

function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)];
}

/** One change of one file, by the kind that its name says. */
function mutateFile(
  name: string,
  files: Files,
  other: Files,
  random: Random,
): readonly [Buffer, string] {
  const bytes = files[name];
  if (IS_JSON.test(name) && random.chance(0.75)) {
    const changed = mutateJson(bytes.toString(), random);
    if (changed !== undefined) {
      return [Buffer.from(changed.text), changed.name];
    }
  } else if (IS_TEXT.test(name) && random.chance(IS_JSON.test(name) ? 0.1 : 0.6)) {
    if (random.chance(0.05)) {
      return [recode(bytes.toString(), random), 'another encoding'];
    }
    const changed = mutateLines(bytes.toString(), random);
    return [Buffer.from(changed.text), changed.name];
  }
  const change = pick(BYTES_NAMES, random);
  return [BYTES_MUTATIONS[change](bytes, random, other[name] ?? bytes), change];
}

/**
 * Makes a case. The first cases are the valid documents themselves.
 *
 * @param random - the generator of this case and of no other
 */
export function makeCase(
  format: FuzzFormat,
  seeds: readonly Files[],
  number: number,
  random: Random,
): FuzzCase {
  if (number < seeds.length) {
    return { seedIndex: number, files: seeds[number], steps: [], isResealed: false };
  }
  const seedIndex = random.integer(seeds.length);
  const other = seeds[random.integer(seeds.length)];
  const { structured = [], changes = () => true } = format;
  let files = seeds[seedIndex];
  const steps: string[] = [];
  let isResealed = false;
  do {
    if (structured.length > 0 && random.chance(0.4)) {
      const mutation = pick(structured, random);
      files = mutation.apply(files, random);
      isResealed ||= mutation.isResealed ?? false;
      steps.push(mutation.name);
    } else {
      const name = pick(Object.keys(files).filter(changes), random);
      const [content, change] = mutateFile(name, files, other, random);
      files = { ...files, [name]: content };
      steps.push(`${name}: ${change}`);
    }
  } while (steps.length < MOST_STEPS && random.chance(0.4));
  return { seedIndex, files, steps, isResealed };
}
