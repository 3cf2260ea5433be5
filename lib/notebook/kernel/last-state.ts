/**
 * What is known of a kernel that ended without a word, such as one that the system killed for its memory: it
 * notes its state in a file, and the kernel that Jupyter starts in its place tells of it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { gibibytes } from '../../text.js';

const schema = z.object({
  /** The number of the cell that ran; 0 if none did. */
  cell: z.number(),
  /** What the process held, in bytes. */
  memory: z.number(),
  /** What JavaScript objects may take. */
  heapLimit: z.number(),
  /** What the machine or the container has. */
  machine: z.number(),
});

/** The state of a kernel. */
export type KernelState = z.infer<typeof schema>;

/** From this share of a limit on, memory is the likely reason. */
const NEAR = 0.75;
/** A change of the memory that is worth a new note. */
const CHANGE = 0.02;

/** The file of the kernel of a connection file, which Jupyter keeps for the one that takes its place. */
export function stateFile(connectionFile: string): string {
  return `${connectionFile}.autodeeplab`;
}

/** Notes the state of a running kernel; a file that cannot be written stays away. */
export class StateNotes {
  private noted: KernelState | undefined;

  constructor(
    private readonly file: string,
    private readonly limits: Pick<KernelState, 'heapLimit' | 'machine'>,
  ) {}

  /** Notes the cell that runs and the memory, if one of them has changed. */
  note(cell: number, memory = process.memoryUsage.rss()): void {
    const { noted } = this;
    if (noted?.cell === cell && Math.abs(memory - noted.memory) < CHANGE * noted.memory) {
      return;
    }
    this.noted = { cell, memory, ...this.limits };
    try {
      writeFileSync(this.file, JSON.stringify(this.noted));
    } catch {
      // Then nothing will be told.
    }
  }

  /** Removes the note: the kernel ends as it should. */
  remove(): void {
    rmSync(this.file, { force: true });
  }
}

/** The last state of a kernel that did not end as it should; undefined if there was none. */
export function readLastState(file: string): KernelState | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** What is said of a kernel that did not end as it should. */
export function describeLastState({ cell, memory, heapLimit, machine }: KernelState): string {
  const limits =
    `it held ${gibibytes(memory)} of memory, where the machine has ${gibibytes(machine)} and objects of ` +
    `JavaScript may take ${gibibytes(heapLimit)}`;
  const reason =
    memory >= NEAR * Math.min(heapLimit, machine)
      ? 'it was out of memory, most likely: take smaller batches or crops, keep less in variables, or let ' +
        'objects take more (NODE_OPTIONS=--max-old-space-size=MEBIBYTES before Jupyter is started)'
      : 'the terminal of Jupyter may say why';
  return (
    `the kernel before this one ended without a word${cell > 0 ? ` in cell [${cell}]` : ''}, and its variables are ` +
    `gone; ${limits}; ${reason}\n`
  );
}
