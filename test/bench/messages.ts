/** What the parent tells a child process, and what the child answers: one JSON object a line. */
import type { Ceilings, NamedProfile } from './profile-table.js';
import type { Work } from './cases.js';

/** Settings of PyTorch that are tried before measuring. */
export interface TorchSettings {
  readonly threads: number;
  readonly memoryFormat: 'contiguous' | 'channels_last';
}

/** What a child is to do; the last argument of its command line. */
export interface Job {
  readonly work: Work;
  readonly classes: number;
  readonly filterMultiplier: number;
  /** Steps before the child says that it is ready. */
  readonly warmUp: number;
  /** For Node: how to run. */
  readonly implementation?: 'compiled' | 'eager' | 'wasm';
  /** What convolutions compute with; float32 if absent. */
  readonly precision?: 'float32' | 'bfloat16';
  /** For compiled steps: profile them once instead of waiting for `step`. */
  readonly profile?: true;
  /** For PyTorch: what to run with; absent: try several and report the times. */
  readonly torch?: TorchSettings;
  /** For PyTorch: `torch.compile` the network; the first step does it. */
  readonly compile?: boolean;
}

/** The memory that the library expects of a compiled program. */
export interface MemoryExpectation {
  /** What the backward pass computes again: `none`, `cheap` or `all`. */
  readonly recompute: string;
  readonly totalMiB: number;
}

/** The child has done its warm-up and waits. */
export interface ReadyMessage {
  readonly event: 'ready';
  /** Time to make the network ready to run: tracing and loading, or building modules. */
  readonly setupMs: number;
  /** Peak memory of the process at the end of that. */
  readonly setupPeakMiB: number;
  /** What the library expected the process to hold, and what it computes again to fit. */
  readonly estimate: MemoryExpectation | null;
  /** Times of the steps of the warm-up. */
  readonly warmUpMs: readonly number[];
  readonly threads: { readonly intra: number; readonly inter: number };
  /** Versions of what does the work, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The child has run a step. */
export interface StepMessage {
  readonly event: 'step';
  readonly ms: number;
  /** Times of the parts, by name, if there are several. */
  readonly parts: Readonly<Record<string, number>>;
  /** Peak memory of the process since it started. */
  readonly peakMiB: number;
  /** The loss; null for label maps, and where it is not finite. */
  readonly loss: number | null;
}

/** A PyTorch child has tried its settings. */
export interface TunedMessage {
  readonly event: 'tuned';
  readonly trials: readonly (TorchSettings & { readonly ms: number })[];
}

/** The child has profiled its steps. */
export interface ProfiledMessage {
  readonly event: 'profiled';
  readonly profiles: readonly NamedProfile[];
  readonly ceilings: Ceilings;
}

/** The child cannot go on. */
export interface ErrorMessage {
  readonly event: 'error';
  readonly message: string;
}

/** Everything that a child may write. */
export type Message = ReadyMessage | StepMessage | TunedMessage | ProfiledMessage | ErrorMessage;

/** A line of a child; undefined for what libraries write besides. */
export function parseMessage(line: string): Message | undefined {
  if (!line.startsWith('{"event"')) {
    return undefined;
  }
  return JSON.parse(line) as Message;
}
