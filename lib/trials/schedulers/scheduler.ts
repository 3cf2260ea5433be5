/** What runs trials, as a value: how it is asked, and what it is asked for. */
import { ConfigError } from '../../errors.js';
import { real, whole, type OptionKind } from '../../training/options/kinds.js';
import type { Trial } from '../trial.js';

/** One thing that a scheduler can be asked for. */
export interface SchedulerOption<T> {
  readonly kind: OptionKind<T>;
  readonly help: string;
  /** The value where none is given; left out: there is none. */
  readonly initial?: T;
  /** Whether a value must be given. */
  readonly isRequired?: boolean;
}

/** The options of a scheduler by name. */
export type SchedulerTable = Readonly<Record<string, SchedulerOption<unknown>>>;

/** The values of a table; undefined where none was given and there is no initial one. */
export type SchedulerValues<Table extends SchedulerTable> = {
  readonly [Name in keyof Table]: Table[Name] extends SchedulerOption<infer T>
    ? Table[Name] extends { readonly initial: unknown } | { readonly isRequired: true }
      ? T
      : T | undefined
    : never;
};

/** What a script is made of. */
export interface TrialJob {
  readonly trials: readonly Trial[];
  /** The folder that all trials lie in. */
  readonly folder: string;
  /** Where relative paths in arguments begin. */
  readonly workingFolder: string;
  /** How the library's command is called, as words of a shell; undefined: as the scheduler does. */
  readonly program: string | undefined;
  /** The name of all of it. */
  readonly name: string;
  /** What made the script, for its first lines. */
  readonly madeBy: string;
}

/** Something that runs trials. */
export interface Scheduler {
  readonly name: string;
  /** What it is, after its name in a list. */
  readonly summary: string;
  /** What to do with what is printed. */
  readonly advice: string;
  readonly options: SchedulerTable;
  /** Whether the folder of the trials must be there before the script runs. */
  readonly needsFolder: boolean;
  /**
   * The script or manifest.
   *
   * @throws {@link ConfigError} if an option is not one of its own, or has no usable value
   */
  write(job: TrialJob, options: Readonly<Record<string, unknown>>): string;
}

/** A scheduler whose options are declared by a table. */
export function defineScheduler<Table extends SchedulerTable>(
  scheduler: Omit<Scheduler, 'options' | 'write'> & {
    readonly options: Table;
    readonly write: (job: TrialJob, options: SchedulerValues<Table>) => string;
  },
): Scheduler {
  const { name, options: declared } = scheduler;
  return {
    ...scheduler,
    write: (job, given) => scheduler.write(job, resolve(name, declared, given)),
  };
}

function resolve<Table extends SchedulerTable>(
  scheduler: string,
  table: Table,
  given: Readonly<Record<string, unknown>>,
): SchedulerValues<Table> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(table, name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `trials: expected for ${scheduler} only { ${Object.keys(table).join(', ')} }, got the ` +
        `option ${unknown}`,
    );
  }
  const values = Object.entries(table).map(([name, { kind, initial, isRequired = false }]) => {
    const value = given[name] ?? initial;
    if (value === undefined ? isRequired : !kind.accepts(value)) {
      throw new ConfigError(
        `trials: expected as option ${name} ${kind.expected}, got ` +
          (value === undefined ? `none; ${scheduler} needs it` : JSON.stringify(value)),
      );
    }
    return [name, value] as const;
  });
  return Object.fromEntries(values) as SchedulerValues<Table>;
}

const positive = whole({ min: 1, max: 100_000 });

/** How many trials run at the same time. */
export const AT_ONCE = { kind: positive, help: 'trials that run at the same time' } as const;

/** What one trial is given. */
export const RESOURCES = {
  cpus: { kind: positive, initial: 4, help: 'processor cores of a trial' },
  memory: { kind: real({ above: 0 }), initial: 16, help: 'memory of a trial, GiB' },
  gpus: { kind: whole({ min: 0, max: 1000 }), initial: 0, help: 'GPUs of a trial' },
} as const;

/** How long a trial has to save its run when it is stopped, in seconds. */
export const GRACE_SECONDS = 120;
