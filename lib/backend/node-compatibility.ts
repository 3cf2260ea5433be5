/** The versions of Node that this library was tried on, and what tfjs-node needs on newer ones. */
import { createRequire } from 'node:module';

/** Whatever has the functions of Node's `util`. */
type Util = Record<string, unknown>;

/**
 * Defines the two functions of Node's `util` that tfjs-node 4.22 calls. Node 23 removed
 * `isNullOrUndefined`; `isArray`, and on Node 22 both, write a deprecation warning when called.
 *
 * Source: Node's list of deprecations, DEP0051 and DEP0044; tensorflow/tfjs#8425.
 */
function define(util: Util): void {
  util.isArray = Array.isArray;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
}

/**
 * Makes this process ready for tfjs-node; to be called before it is loaded.
 *
 * @param util - the CommonJS object that tfjs-node reads; an ES import would be a frozen copy
 */
export function prepareNode(util = createRequire(import.meta.url)('node:util') as Util): void {
  define(util);
}

/** {@link prepareNode} as a line of CommonJS, for a process that is started with a script. */
export const PREPARE_NODE_SCRIPT = `(${define.toString()})(require('node:util'));`;

/**
 * Versions of Node that this library was tried on, with the end of their life.
 *
 * Source: nodejs/Release, schedule.json.
 */
const TRIED: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
};

/** The oldest minor version of Node 20 that works. */
const OLDEST_MINOR_OF_20 = 19;

/** The versions of Node to use on a day, as `22, 24 or 26`. */
function supportedVersions(day: string): string {
  const versions = Object.keys(TRIED).filter((major) => TRIED[Number(major)] >= day);
  const last = versions.pop() ?? 'the newest';
  return versions.length > 0 ? `${versions.join(', ')} or ${last}` : last;
}

/**
 * What is wrong with a version of Node; undefined if nothing is.
 *
 * @param version - for example `22.12.0`
 * @param today - the day to judge it on
 */
export function findNodeProblem(
  version: string,
  today = new Date(),
): { readonly problem: string; readonly fix: string } | undefined {
  const [major, minor] = version.split('.').map(Number);
  const day = today.toISOString().slice(0, 10);
  const fix = `use Node ${supportedVersions(day)}`;
  if (!(major in TRIED)) {
    return { problem: `Node ${version} was not tried with this library`, fix };
  }
  if (major === 20 && minor < OLDEST_MINOR_OF_20) {
    return { problem: `Node ${version} is older than 20.${OLDEST_MINOR_OF_20}`, fix };
  }
  return TRIED[major] < day
    ? {
        problem: `Node ${version} works, but has had no security fixes since ${TRIED[major]}`,
        fix,
      }
    : undefined;
}
