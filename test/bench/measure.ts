/** Measures cases: which processes run, beside which, and what their rows say. */
import {
  CLASSES,
  isCompiledByTorch,
  isPytorch,
  precisionOf,
  S_FILTER_MULTIPLIER,
  type Case,
  type Implementation,
  type Work,
} from './cases.js';
import { ChildWorker, type ChildCommand } from './child-worker.js';
import { interleave, type Outcome, type StepWorker } from './interleave.js';
import type { MemoryGuard } from './memory-guard.js';
import { estimateMiB, groupByMemory, memoryProblem } from './memory.js';
import type { Job, TorchSettings } from './messages.js';
import { skippedRow, stepRow, traceRow, type Row, type RowContext } from './row.js';

/** Steps before measuring: the first prepares the graph, the second settles the memory. */
const WARM_UP = 2;

/** An implementation that has run for longer than this gets no more than two runs of a case. */
const BUDGET_MS = 180_000;

/** What measuring needs. */
export interface MeasureOptions {
  readonly implementations: readonly Implementation[];
  /** Measured runs of each work. */
  readonly runs: number;
  /** The child process on Node. */
  readonly node: ChildCommand;
  /** The child process on PyTorch; undefined: there is none. */
  readonly torch: ChildCommand | undefined;
  readonly guard: MemoryGuard;
  /** Told what is done next. */
  readonly onNote: (text: string) => void;
}

const NO_TORCH =
  'no Python with PyTorch was found: pass --python, or see test/reference/README.md for how to ' +
  'make one';

function jobOf(work: Work, warmUp: number): Job {
  return { work, warmUp, classes: CLASSES, filterMultiplier: S_FILTER_MULTIPLIER };
}

/** Tries PyTorch's settings in a process of its own, so that its memory is not counted. */
async function tune(
  job: Job,
  command: ChildCommand,
  { guard, onNote }: MeasureOptions,
): Promise<RowContext & { readonly settings: TorchSettings }> {
  onNote('pytorch: looking for the fastest settings');
  const worker = new ChildWorker(command, { ...job, warmUp: 0 }, guard);
  try {
    const { trials } = await worker.tune();
    const best = trials.reduce((a, b) => (b.ms < a.ms ? b : a));
    return { trials, settings: { threads: best.threads, memoryFormat: best.memoryFormat } };
  } finally {
    await worker.close();
  }
}

/** Tells of the start of a worker. */
function announced(worker: StepWorker, name: string, onNote: (text: string) => void): StepWorker {
  return {
    start: () => {
      onNote(`${name}: warm-up`);
      return worker.start();
    },
    step: () => worker.step(),
    close: () => worker.close(),
  };
}

/** A case by one implementation. */
interface Member {
  readonly entry: Case;
  readonly implementation: Implementation;
  readonly estimateMiB: number;
}

/** A member that can be started. */
interface Candidate {
  readonly member: Member;
  readonly worker: StepWorker;
  readonly context: RowContext;
}

const labelOf = ({ entry, implementation }: Member) => `${entry.name}/${implementation}`;

/** How the child on Node runs a work. */
function nodeModeOf(implementation: Implementation): NonNullable<Job['implementation']> {
  return implementation === 'eager' || implementation === 'wasm' ? implementation : 'compiled';
}

async function candidateOf(member: Member, options: MeasureOptions): Promise<Candidate> {
  const { entry, implementation } = member;
  const { guard, node, torch, onNote } = options;
  const job = { ...jobOf(entry.work, WARM_UP), precision: precisionOf(implementation) };
  const make = (command: ChildCommand, own: Partial<Job>, context: RowContext): Candidate => {
    const worker = new ChildWorker(command, { ...job, ...own }, guard);
    return { member, worker: announced(worker, labelOf(member), onNote), context };
  };
  if (!isPytorch(implementation)) {
    return make(node, { implementation: nodeModeOf(implementation) }, {});
  }
  if (torch === undefined) {
    throw new Error(NO_TORCH);
  }
  const found = await tune(job, torch, options);
  return make(torch, { torch: found.settings, compile: isCompiledByTorch(implementation) }, found);
}

/** Measures what runs side by side, in turns. */
async function measureGroup(group: readonly Member[], options: MeasureOptions): Promise<Row[]> {
  const candidates: Candidate[] = [];
  const rows = new Map<Member, Row>();
  for (const member of group) {
    try {
      candidates.push(await candidateOf(member, options));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      rows.set(member, skippedRow(member.entry, member.implementation, reason));
    }
  }
  const outcomes = await interleave(
    candidates.map(({ worker }) => worker),
    options.runs,
    BUDGET_MS,
  );
  candidates.forEach(({ member, context }, i) => {
    const others = candidates.filter((candidate) => candidate.member !== member);
    const beside = others.map((candidate) => labelOf(candidate.member));
    const { entry, implementation } = member;
    rows.set(member, stepRow(entry, implementation, outcomes[i], { ...context, beside }));
  });
  return group.flatMap((member) => rows.get(member) ?? []);
}

/** Measures set-ups, each in a process of its own. */
async function measureTrace(
  { work, name }: Case,
  { node, guard, runs, onNote }: MeasureOptions,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let run = 0; run < runs; run++) {
    onNote(`${name}: process ${run + 1} of ${runs}`);
    const job: Job = { ...jobOf(work, 0), implementation: 'compiled' };
    const [outcome] = await interleave([new ChildWorker(node, job, guard)], 0);
    outcomes.push(outcome);
    if (outcome.failure !== undefined) {
      break;
    }
  }
  return outcomes;
}

/**
 * Cases that are measured together: each by itself, those of one growth series as one, because
 * their times are compared.
 */
export function blocksOf(cases: readonly Case[]): readonly (readonly Case[])[] {
  const blocks: Case[][] = [];
  for (const entry of cases) {
    const last = blocks.at(-1);
    if (last && entry.growth && last[0].growth?.series === entry.growth.series) {
      last.push(entry);
    } else {
      blocks.push([entry]);
    }
  }
  return blocks;
}

/**
 * Measures cases that belong together.
 *
 * @returns a row for each case and each implementation that was asked for and belongs to the case
 */
export async function measureBlock(
  block: readonly Case[],
  options: MeasureOptions,
): Promise<readonly Row[]> {
  const { limitMiB } = options.guard;
  const skipped: Row[] = [];
  const possible: Member[] = [];
  for (const entry of block) {
    for (const implementation of entry.implementations) {
      if (options.implementations.includes(implementation)) {
        const problem = memoryProblem(entry.work, implementation, limitMiB);
        if (problem === undefined) {
          const estimate = estimateMiB(entry.work, implementation);
          possible.push({ entry, implementation, estimateMiB: estimate });
        } else {
          skipped.push(skippedRow(entry, implementation, problem));
        }
      }
    }
  }
  const measured: Row[] = [];
  for (const { entry, implementation } of possible.filter(isTrace)) {
    measured.push(traceRow(entry, implementation, await measureTrace(entry, options)));
  }
  const steps = possible.filter((member) => !isTrace(member));
  for (const group of groupByMemory(steps, limitMiB)) {
    measured.push(...(await measureGroup(group, options)));
  }
  return [...measured, ...skipped];
}

const isTrace = ({ entry }: Member) => entry.measures === 'trace';
