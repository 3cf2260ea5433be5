/** What trials share: the ground, the uninterrupted runs, the processes that resume. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Random } from 'autodeeplab';
import { differences, factsOf, type Facts } from './compare.js';
import { nextParameters, type DrilledCommand } from './commands.js';
import type { Figures, Outcome } from './figures.js';
import type { Ground } from './ground.js';
import { start, type Ended, type Faults } from './process.js';
import type { Server } from './server.js';

/** An uninterrupted run. */
export interface Reference {
  readonly folder: string;
  readonly facts: Facts;
  /** Steps that it trained. */
  readonly steps: number;
  /** The operations that changed files, in order: `write history.arrow`. */
  readonly operations: readonly string[];
  readonly seconds: number;
}

/** The steps that a file lists. */
function stepsIn(file: string): number {
  try {
    return readFileSync(file, 'utf8').split('\n').length - 1;
  } catch {
    return 0; // the process ended before the first
  }
}

/** A folder of its own for a trial, with the files that count in it. */
export class Place {
  /** The folder that the command writes. */
  readonly folder: string;
  readonly steps: string;
  readonly log: string;

  constructor(readonly own: string) {
    mkdirSync(own, { recursive: true });
    this.folder = path.join(own, 'run');
    this.steps = path.join(own, 'steps');
    this.log = path.join(own, 'operations.json');
  }

  /** Faults that count what happens here. */
  with(faults: Faults = {}): Faults {
    return { folder: `${this.folder}${path.sep}`, steps: this.steps, ...faults };
  }

  /** Steps trained here so far. */
  get stepsDone(): number {
    return stepsIn(this.steps);
  }

  remove(): void {
    rmSync(this.own, { recursive: true, force: true });
  }
}

let places = 0;

/** What the trials of one command share. */
export class Field {
  constructor(
    readonly ground: Ground,
    readonly command: DrilledCommand,
    readonly reference: Reference,
    readonly random: Random,
  ) {}

  /** A new place. */
  place(): Place {
    return new Place(path.join(this.ground.folder, 'trials', String(places++)));
  }

  /** Starts what a user types next. */
  start(place: Place, faults: Faults = {}, more: readonly string[] = []) {
    const parameters = nextParameters(this.command, this.ground, place.folder);
    return start([...parameters, ...more], place.with(faults));
  }

  /** Runs what a user types next in a process that is there. */
  continue(server: Server, place: Place, faults: Faults = {}): Promise<Ended> {
    const parameters = nextParameters(this.command, this.ground, place.folder);
    return server.run(parameters, place.with(faults));
  }

  /**
   * Continues to the end and compares the result with that of the uninterrupted run.
   *
   * @param before - what has happened until then
   */
  async finish(server: Server, place: Place, before: Partial<Figures>): Promise<Outcome> {
    const ended = await this.continue(server, place);
    const { runs = 0, resumes = 0 } = before;
    return this.judge(place, ended, { ...before, runs: runs + 1, resumes: resumes + 1 });
  }

  /**
   * Compares the result of a process that should have come to the end.
   *
   * @param isLost - whether a fact may differ
   */
  async judge(
    place: Place,
    ended: Ended,
    before: Partial<Figures>,
    isLost: (fact: string) => boolean = () => false,
  ): Promise<Outcome> {
    if (ended.code !== 0) {
      return {
        figures: before,
        problems: [`exit code ${ended.code ?? ended.signal}: ${ended.output.trim()}`],
      };
    }
    const all = differences(
      this.reference.facts,
      await factsOf(this.command, place.folder).catch((error: unknown) => ({
        error: String(error),
      })),
    );
    const problems = all.filter(
      (problem) => !isLost(problem.slice(0, problem.indexOf(': expected'))),
    );
    const stepsRedone = Math.max(0, place.stepsDone - this.reference.steps);
    const figures = { ...before, stepsRedone, compared: 1 };
    if (problems.length === 0) {
      place.remove();
    }
    return { figures, problems };
  }
}

/** Runs a command without any fault, and counts. */
export async function runReference(ground: Ground, command: DrilledCommand): Promise<Reference> {
  const place = new Place(path.join(ground.folder, `${command.name}-reference`));
  const begun = performance.now();
  const { log } = place;
  const { ended } = start(command.begin(ground, place.folder), place.with({ log }));
  const { code, output } = await ended;
  if (code !== 0) {
    throw new Error(`expected ${command.name} to end without a fault, got ${code}: ${output}`);
  }
  return {
    folder: place.folder,
    facts: await factsOf(command, place.folder),
    steps: place.stepsDone,
    operations: JSON.parse(readFileSync(log, 'utf8')) as string[],
    seconds: (performance.now() - begun) / 1000,
  };
}
