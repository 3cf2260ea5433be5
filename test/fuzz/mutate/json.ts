/** Changes of JSON: any value by any other, keys, depth, numbers that are none. */
import { jsonExcess } from '#lib/files/json-excess.js';
import type { Random } from '#lib/random.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Stands for a text that JSON.stringify would not write, such as 1e999. */
const RAW = /"raw:([A-Za-z0-9+/=]*)"/g;
const raw = (text: string): string => `raw:${Buffer.from(text).toString('base64')}`;

/** Repeated this often, lists become long and stay small in memory. */
const REPEATS = 300;
/** Longer texts are left to other changes, in characters. */
const LONGEST = 100_000;
const DEPTHS = [10, 199, 201, 3000];

/** Values of every kind, with those at the edges. */
const ODD: readonly Json[] = [
  null,
  true,
  false,
  '',
  'a',
  ' ',
  '\u0000',
  '\ud800',
  '🙂',
  '-',
  '../../outside',
  '/etc/passwd',
  '__proto__',
  'constructor',
  'a'.repeat(5000),
  '1e9',
  0,
  -1,
  1,
  2,
  0.5,
  -0.5,
  1e-300,
  254,
  255,
  256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  1e9,
  2 ** 53,
  1e15,
  1e308,
  -1e308,
  -(2 ** 31),
  raw('-0'),
  raw('1e999'),
  raw('-1e999'),
  raw('NaN'),
  raw('undefined'),
  [],
  {},
  [[]],
  [null],
  [0],
  ['a'],
  [{}],
  [1, 2, 3, 4, 5, 6],
];

/** A place in a document: the list or object that holds it, and its key there. */
interface Slot {
  readonly owner: Json[] | Record<string, Json>;
  readonly key: string | number;
}

/** All places of a document. */
function slotsOf(value: Json, slots: Slot[] = []): Slot[] {
  if (typeof value === 'object' && value !== null) {
    const owner = value as Record<string, Json>;
    for (const key of Object.keys(owner)) {
      slots.push({ owner, key });
      slotsOf(owner[key], slots);
    }
  }
  return slots;
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)];
}

/** Sets an own field, also one named `__proto__`. */
function setKey(owner: Slot['owner'], key: string | number, value: Json): void {
  Object.defineProperty(owner, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function nested(random: Random): Json {
  const depth = pick(DEPTHS, random);
  return raw(
    random.chance(0.5)
      ? '['.repeat(depth) + ']'.repeat(depth)
      : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  );
}

/** A number or a text that is a little different. */
function nudged(value: Json, random: Random): Json {
  if (typeof value === 'number') {
    return pick([value + 1, value - 1, -value, value * 2, value * 1e6, value + 0.5], random);
  }
  if (typeof value === 'string' && value.length > 0) {
    const at = random.integer(value.length);
    return (
      value.slice(0, at) +
      pick(['', 'x', '0', '\\', '/', '\n', '\u0000', '€'], random) +
      value.slice(at + 1)
    );
  }
  return pick(ODD, random);
}

type Change = (slot: Slot, slots: readonly Slot[], random: Random) => void;

const valueOf = ({ owner, key }: Slot): Json => (owner as Record<string, Json>)[key];

const CHANGES: Readonly<Record<string, Change>> = {
  replace: ({ owner, key }, _, random) => {
    setKey(owner, key, pick(ODD, random));
  },
  nudge: (slot, _, random) => {
    setKey(slot.owner, slot.key, nudged(valueOf(slot), random));
  },
  remove: ({ owner, key }) => {
    if (Array.isArray(owner)) {
      owner.splice(Number(key), 1);
    } else {
      delete owner[key];
    }
  },
  rename: (slot, _, random) => {
    const value = valueOf(slot);
    CHANGES.remove(slot, [], random);
    const key = pick(
      ['__proto__', 'constructor', 'toString', 'length', '', `${slot.key}x`, '0'],
      random,
    );
    setKey(slot.owner, Array.isArray(slot.owner) ? slot.owner.length : key, value);
  },
  'add a key': ({ owner }, _, random) => {
    const key = pick(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x', ''], random);
    setKey(owner, Array.isArray(owner) ? owner.length : key, pick(ODD, random));
  },
  'value of another place': ({ owner, key }, slots, random) => {
    setKey(owner, key, structuredClone(valueOf(pick(slots, random))));
  },
  repeat: ({ owner, key }, _, random) => {
    const value = (owner as Record<string, Json>)[key];
    if (Array.isArray(owner)) {
      const times = random.chance(0.1) ? REPEATS : 1;
      owner.push(...Array.from({ length: times }, () => structuredClone(value)));
    } else {
      setKey(owner, key, [value, structuredClone(value)]);
    }
  },
  'nest deeply': ({ owner, key }, _, random) => {
    setKey(owner, key, nested(random));
  },
};

/**
 * A JSON text with one change.
 *
 * @returns undefined if it is not JSON, or too long or too deep to be walked, as after other changes
 */
export function mutateJson(
  text: string,
  random: Random,
): { text: string; name: string } | undefined {
  if (text.length > LONGEST || jsonExcess(text) !== undefined) {
    return undefined;
  }
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const root = { root: value };
  const slots = slotsOf(root);
  const name = pick(Object.keys(CHANGES), random);
  CHANGES[name](pick(slots, random), slots, random);
  const indent = text.includes('\n') ? 2 : undefined;
  const changed = JSON.stringify(root.root, undefined, indent) ?? '';
  const withRaw = changed.replace(RAW, (_, code: string) => Buffer.from(code, 'base64').toString());
  return { text: withRaw, name };
}
