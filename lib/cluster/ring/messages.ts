/** What the processes of a ring say to each other; rank 0 answers the others. */
import { z } from 'zod';
import { MEMBER } from '../messages.js';

const whole = z.number().int().nonnegative();

/** I am this rank of this ring, and about to compute this. */
const join = z.object({
  kind: z.literal('join'),
  rank: whole,
  ring: z.array(z.string()),
  member: MEMBER,
  usesGpu: z.boolean(),
  /** What decides the numbers of the run. */
  facts: z.unknown(),
});

/** I am ready for the next order; answered when rank 0 gives one. */
const ready = z.object({ kind: z.literal('ready') });

/** A part of what rank 0 shares; answered when it is there. */
const part = z.object({ kind: z.literal('part'), name: z.string(), offset: whole });

/** My user wants the run to stop. */
const stop = z.object({ kind: z.literal('stop') });

/** I failed; answered by why the run ends. `inStep`: in a step, for which another may be to blame. */
const fail = z.object({ kind: z.literal('fail'), reason: z.string(), inStep: z.boolean() });

/** An image could not be read, and another takes its place. */
const skipped = z.object({
  kind: z.literal('skipped'),
  image: z.object({ id: z.string(), file: z.string(), reason: z.string() }),
});

/** Are you still there? Both sides ask. */
const here = z.object({ kind: z.literal('here') });

/** What is asked. */
export const RING_REQUEST = z.discriminatedUnion('kind', [
  join,
  ready,
  part,
  stop,
  fail,
  skipped,
  here,
]);

/** The answer to `join`, when all are there. */
export const JOINED = z.object({ hint: z.enum(['ring', 'nccl']) });

/** The answer to `part`: bytes in base64, and how many there are in all. */
export const PART = z.object({ bytes: z.string(), total: whole });

/** The answer to `fail`. */
export const VERDICT = z.object({ reason: z.string() });

const place = { epoch: whole, step: whole, rateScale: z.number() };

const result = z.object({
  interrupted: z.boolean(),
  stoppedEarly: z.boolean(),
  steps: whole,
  epochs: whole,
  meanIou: z.number().optional(),
  bestMeanIou: z.number().optional(),
});

/** What rank 0 orders. */
export const ORDER = z.discriminatedUnion('kind', [
  /** Take this state, shared under a name, and get ready for this step. */
  z.object({ kind: z.literal('state'), name: z.string(), ...place }),
  /** Do this step. */
  z.object({ kind: z.literal('step'), ...place }),
  /** The run is over. */
  z.object({ kind: z.literal('end'), result }),
  /** The run was stopped before its first step. */
  z.object({ kind: z.literal('stopped'), by: z.string() }),
  /** The run ends by an error. */
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);

/** How a process introduces itself. */
export type JoinRequest = z.infer<typeof join>;

/** What is asked by a process that has joined. */
export type MemberRequest = Exclude<z.infer<typeof RING_REQUEST>, JoinRequest>;

/** An image that was skipped. */
export type SkippedImage = z.infer<typeof skipped>['image'];

/** What rank 0 orders. */
export type Order = z.infer<typeof ORDER>;

/** What a run came to, as rank 0 tells it. */
export type RingResult = z.infer<typeof result>;

/** A step, where its batch is, and a factor on its learning rates. */
export interface StepPlace {
  readonly epoch: number;
  /** Steps done before it, over all epochs. */
  readonly step: number;
  readonly rateScale: number;
}
