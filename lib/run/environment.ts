/** Where and with what a run was computed: its `environment.json`. */
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../errors.js';
import { readJsonFile, writeJsonFile } from '../files/json-file.js';
import { libraryVersion } from './version.js';

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
  const file = join(folder, 'environment.json');
  const session = { started: new Date().toISOString(), ...describeEnvironment(), ...facts };
  await writeJsonFile(file, { sessions: [...(await readSessions(file)), session] });
}

/** The sessions so far; none if the file is missing or damaged, which must not stop the run. */
async function readSessions(file: string): Promise<unknown[]> {
  try {
    const stored = (await readJsonFile(file)) as { sessions?: unknown } | null;
    return Array.isArray(stored?.sessions) ? (stored.sessions as unknown[]) : [];
  } catch (error) {
    if (error instanceof DataError) {
      return [];
    }
    throw error;
  }
}
