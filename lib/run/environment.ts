/** Where and with what a run was computed: its `environment.json`. */
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../errors.js';
import { readJsonFile, writeJsonFile } from '../files/json-file.js';
import { libraryVersion } from './version.js';

const ENVIRONMENT_FILE = 'environment.json';

/** What a process computes with. */
export interface Environment {
  readonly library: string;
  readonly node: string;
  readonly tfjs: string;
  /** The tfjs backend in use: `tensorflow`, `wasm`, or empty if none is set. */
  readonly backend: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** The versions, backend and hardware of this process. */
export function describeEnvironment(): Environment {
  const processors = cpus();
  return {
    library: libraryVersion(),
    node: process.versions.node,
    tfjs: tf.version_core,
    backend: tf.getBackend() ?? '',
    platform: `${platform()} ${release()} ${arch()}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

/**
 * Adds this process to the list in a run's `environment.json`.
 *
 * @param facts - what else is known of it, such as thread counts
 */
export async function addSession(folder: string, facts: object = {}): Promise<void> {
  const file = join(folder, ENVIRONMENT_FILE);
  const session = { started: new Date().toISOString(), ...describeEnvironment(), ...facts };
  await writeJsonFile(file, { sessions: [...(await readSessions(folder)), session] });
}

/** A backend in the facts of a session. */
interface StoredBackend {
  readonly name?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly threads?: { readonly intra?: number; readonly inter?: number };
}

/** What decides about the last digits of the numbers that a session computes, by name. */
function arithmeticOf(session: unknown): Readonly<Record<string, string>> {
  const { library, backend, processor } = (session ?? {}) as Record<string, unknown>;
  const detailed = typeof backend === 'object' ? backend : { name: backend };
  const { name, versions, threads } = (detailed ?? {}) as StoredBackend;
  const version = name === undefined ? undefined : versions?.[name];
  const perKernel = threads && `${threads.intra} x ${threads.inter}`;
  const all = { library, backend: name, version, threads: perKernel, processor };
  const known = Object.entries(all).filter(
    ([, value]) => typeof value === 'string' && value !== '',
  );
  return Object.fromEntries(known) as Record<string, string>;
}

/**
 * What the last session of a run computed with that this process does not, in words: the numbers of
 * a resumed run are those of an uninterrupted one only where these are the same.
 *
 * @param facts - what else is known of this process
 * @returns undefined if nothing differs, or there was no session
 */
export async function describeEnvironmentChange(
  folder: string,
  facts: object = {},
): Promise<string | undefined> {
  const last = (await readSessions(folder)).at(-1);
  const before = arithmeticOf(last);
  const now = arithmeticOf({ ...describeEnvironment(), ...facts });
  const changes = Object.entries(before)
    .filter(([name, value]) => Object.hasOwn(now, name) && now[name] !== value)
    .map(([name, value]) => `${name} ${value}, now ${now[name]}`);
  return changes.length === 0
    ? undefined
    : `the run was computed with ${changes.join('; ')}: from here on its numbers may differ in their ` +
        'last digits from those of an uninterrupted run';
}

/**
 * The processes that computed a run, the first one first; none if the file is missing or damaged, which must not
 * stop the run.
 */
export async function readSessions(folder: string): Promise<unknown[]> {
  try {
    const stored = (await readJsonFile(join(folder, ENVIRONMENT_FILE))) as {
      sessions?: unknown;
    } | null;
    return Array.isArray(stored?.sessions) ? (stored.sessions as unknown[]) : [];
  } catch (error) {
    if (error instanceof DataError) {
      return [];
    }
    throw error;
  }
}
