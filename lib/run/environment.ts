import { arch, cpus, platform, release, totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { libraryVersion } from './version.js';

/** Where and with what a run was computed. */
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
