/** A kind of drill, and how its trials are run. */
import type { Field } from './field.js';
import type { Outcome } from './figures.js';
import { Server } from './server.js';

/** One trial: what is done, and the work. */
export interface Trial {
  readonly what: string;
  readonly run: (server: Server) => Promise<Outcome>;
}

/** How many trials. */
export interface Amount {
  /** Kills at random times, per command. */
  readonly kills: number;
  /** Of trials that follow each other, such as the operations of a run, each n-th. */
  readonly every: number;
}

/** A kind of drill. */
export interface Drill {
  readonly name: string;
  /** Why it cannot be done here; undefined if it can. */
  readonly obstacle?: () => string | undefined;
  readonly trials: (field: Field, amount: Amount) => readonly Trial[] | Promise<readonly Trial[]>;
}

/** Each n-th of a list, the first and the last included. */
export function eachNth<T>(list: readonly T[], n: number): T[] {
  return list.filter((_, i) => i % n === 0 || i === list.length - 1);
}

/** A trial of a drill with a command. */
export interface PlannedTrial extends Trial {
  readonly drill: string;
  readonly command: string;
}

/** What came of it. */
export interface DoneTrial extends Outcome {
  readonly drill: string;
  readonly command: string;
}

/** The trials of a drill with a command; why there are none, if it cannot be done here. */
export async function planDrill(
  { name, obstacle, trials }: Drill,
  field: Field,
  amount: Amount,
): Promise<readonly PlannedTrial[] | string> {
  const row = { drill: name, command: field.command.name };
  return (
    obstacle?.() ??
    (await trials(field, amount)).map(({ what, run }): PlannedTrial => ({ ...row, what, run }))
  );
}

/** How many trials run at a time, and when no more begin. */
export interface Pace {
  readonly lanes: number;
  /** In seconds; undefined: all trials are run. */
  readonly limit?: number | undefined;
}

/**
 * Runs trials.
 *
 * @param onTrial - told how each ended
 */
export async function runTrials(
  planned: readonly PlannedTrial[],
  { lanes, limit = Infinity }: Pace,
  onTrial: (trial: DoneTrial) => void,
): Promise<void> {
  const begun = performance.now();
  const waiting = planned.values();
  const work = async (): Promise<void> => {
    const server = new Server();
    for (const { drill, command, what, run } of waiting) {
      if (performance.now() - begun > 1000 * limit) {
        break;
      }
      const { figures, problems } = await run(server).catch((error: unknown) => ({
        figures: {},
        problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
      }));
      const named = problems.map((problem) => `${what}: ${problem}`);
      onTrial({ drill, command, figures, problems: named });
    }
    server.close();
  };
  await Promise.all(Array.from({ length: lanes }, work));
}
