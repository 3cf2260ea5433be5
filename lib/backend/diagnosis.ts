/** What `autodeeplab doctor` reports about a machine. */
import type { BackendName } from './backend-name.js';
import type { ProbeResult } from './probe.js';
import type { Gpu } from './setup/gpus.js';
import type { Compiler, Python } from './setup/tools.js';
import type { ThreadSettings } from './threads.js';

/** What one backend can do on this machine. */
export type BackendState = ProbeResult & {
  /** Threads it would use. */
  readonly threads: ThreadSettings;
};

/** Something that is missing or old, and the command or step that fixes it. */
export interface Finding {
  readonly problem: string;
  readonly fix: string;
}

/** The result of {@link diagnose}. */
export interface Diagnosis {
  readonly node: { readonly version: string; readonly nodeApi: string };
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    /** Cores that this process may use. */
    readonly cores: number;
    readonly memoryGiB: number;
    readonly freeMemoryGiB: number;
    /** Instructions of the processor for bfloat16; none where that is not known. */
    readonly bfloat16: readonly string[];
  };
  /** What the native set-up needs; undefined where it is missing. */
  readonly tools: { readonly python: Python | undefined; readonly compiler: Compiler | undefined };
  readonly gpus: readonly Gpu[];
  /** Versions of the npm packages; undefined where one is not installed. */
  readonly packages: Readonly<Record<string, string | undefined>>;
  readonly native: BackendState & {
    /** What its set-up noted, for example `wheel (cpu)`; undefined if our set-up did not build it. */
    readonly origin: string | undefined;
  };
  readonly wasm: BackendState;
  /** The backend that `auto` takes here; undefined if none works. */
  readonly backend: BackendName | undefined;
  /** The precision that `auto` takes with that backend. */
  readonly precision: 'float32' | 'bfloat16';
  readonly cache: string;
  readonly findings: readonly Finding[];
}
