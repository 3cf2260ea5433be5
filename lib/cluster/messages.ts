/** What a chief and a worker say to each other: one JSON document a line. */
import { z } from 'zod';
import type { Work } from '../backend/threads.js';

/** What chief and worker must have in common. */
export const MEMBER = z.object({
  library: z.string(),
  tensorflow: z.string(),
  graph: z.number(),
  operations: z.array(z.string()).readonly(),
});

/** The processes of a cluster by `host:port` of their TensorFlow servers. */
const cluster = z.object({ chief: z.string(), workers: z.array(z.string()).min(1) });

const work: z.ZodType<Work> = z.enum(['branches', 'chain']);

/** Who is there? */
const hello = z.object({ kind: z.literal('hello') });

/** Start TensorFlow's server as this task of this cluster. */
const serve = z.object({
  kind: z.literal('serve'),
  cluster,
  task: z.number().int().nonnegative(),
  work,
});

/** Are you still there? */
const state = z.object({ kind: z.literal('state') });

/** What a chief asks. */
export const REQUEST = z.discriminatedUnion('kind', [hello, serve, state]);

/** What a worker answers to `hello`. */
export const WELCOME = z.object({
  member: MEMBER,
  /** The port that TensorFlow's server listens on when it serves. */
  port: z.number().int(),
  /** The chief that it serves, if it does. */
  busy: z.string().optional(),
});

/** What else is answered: that it is done. */
export const DONE = z.object({ done: z.literal(true) });

/** A line: a question, its answer, why there is none, or what nobody asked for: why it stops serving. */
export const LINE = z.union([
  z.object({ id: z.number().int(), ask: z.unknown() }),
  z.object({ id: z.number().int(), answer: z.unknown() }),
  z.object({ id: z.number().int(), refusal: z.string() }),
  z.object({ notice: z.string() }),
]);

/** Where the servers of a cluster are. */
export type ClusterAddresses = z.infer<typeof cluster>;

/** The wish that a worker serves. */
export type ServeRequest = z.infer<typeof serve>;

/** What a worker says it is. */
export type Welcome = z.infer<typeof WELCOME>;

/** What is said. */
export type Line = z.infer<typeof LINE>;
