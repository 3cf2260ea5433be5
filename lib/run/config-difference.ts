/** A value at a place of a JSON document, such as `sizes[0]` or `optimizer.momentum`. */
type Leaves = Map<string, string>;

/** Collects the leaves of a JSON value under their paths. */
function collect(value: unknown, path: string, leaves: Leaves): Leaves {
  const isContainer = typeof value === 'object' && value !== null;
  const entries = isContainer ? Object.entries(value) : [];
  if (entries.length === 0) {
    leaves.set(path, JSON.stringify(value));
  }
  for (const [key, child] of entries) {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
    collect(child, path + step, leaves);
  }
  return leaves;
}

/** The leaves of a value as it looks after a round trip through JSON. */
function leavesOf(value: unknown): Leaves {
  return collect(JSON.parse(JSON.stringify(value ?? null)), '', new Map());
}

/** One difference between two configurations. */
export interface ConfigDifference {
  /** The place, such as `optimizer.learningRate`. */
  readonly path: string;
  /** The value before as JSON; undefined if there was none. */
  readonly before: string | undefined;
  /** The value now as JSON; undefined if there is none. */
  readonly now: string | undefined;
}

/**
 * Where two configurations differ, in the order of their fields.
 *
 * @example
 * configDifferences({ epochs: 40 }, { epochs: 60 }); // [{ path: 'epochs', before: '40', now: '60' }]
 */
export function configDifferences(before: unknown, now: unknown): ConfigDifference[] {
  const [old, current] = [leavesOf(before), leavesOf(now)];
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((path) => old.get(path) !== current.get(path))
    .map((path) => ({ path, before: old.get(path), now: current.get(path) }));
}
