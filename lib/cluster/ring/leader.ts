/** Rank 0 of a ring: it says what is done next, and the others do it with it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { duration } from '../../duration.js';
import { BackendError } from '../../errors.js';
import { abortable, StoppedElsewhere } from '../../interrupt.js';
import { deferred } from './deferred.js';
import type { MemberRequest, Order, RingResult, SkippedImage, StepPlace } from './messages.js';
import type { OtherProcess } from './other.js';
import type { RingPlace } from './place.js';
import { SharedBytes } from './shared-bytes.js';

/** The others are waited for in silence for so long, ms. */
const SILENT_MS = 5000;

/** The others are given so long to learn that the run is over, ms. */
const END_MS = 30_000;

/** What rank 0 needs besides the others. */
export interface LeaderControl {
  /** The longest time of a step, seconds. */
  readonly stepTimeout: number;
  /** Receives what is waited for. */
  readonly onNote: ((text: string) => void) | undefined;
  /** Ends the watch over the others. */
  stopWatch(): void;
}

/** The ring as rank 0 has it. */
export class RingLeader {
  readonly rank = 0;
  private readonly shared = new SharedBytes();
  private readonly stopping = new AbortController();
  private readonly ended = deferred<Order>();
  private end: Order | undefined;
  private states = 0;
  private onNote: LeaderControl['onNote'];

  /** Receives the images that others could not read. */
  onSkipped: ((image: SkippedImage) => void) | undefined;

  /**
   * @param place - where programs of the ring are
   * @param others - those of rank 1, 2, …
   */
  constructor(
    readonly place: RingPlace,
    private readonly others: readonly OtherProcess[],
    private readonly control: LeaderControl,
  ) {
    this.onNote = control.onNote;
  }

  /** Aborted when another process wants the run to stop. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** Answers what another process asks. */
  async answer(other: OtherProcess, request: MemberRequest): Promise<object> {
    switch (request.kind) {
      case 'ready':
        return this.end ?? other.nextOrder();
      case 'part':
        return this.shared.part(request.name, request.offset);
      case 'stop':
        this.stopping.abort(new StoppedElsewhere(other.name));
        break;
      case 'fail': {
        other.fail(request.reason, request.inStep);
        const end = await this.ended.promise;
        return { reason: end.kind === 'failed' ? end.reason : 'the run is over' };
      }
      case 'skipped':
        this.onSkipped?.(request.image);
        break;
      case 'here':
        break;
    }
    return { done: true };
  }

  /** Lets the others have bytes, by a name. */
  share(name: string, bytes: Uint8Array): void {
    this.shared.put(name, bytes);
  }

  /**
   * Waits until all others are ready.
   *
   * @throws {@link BackendError} naming one that fails or goes; the signal's reason if it is aborted
   */
  async allReady(signal?: AbortSignal): Promise<void> {
    const clock = setTimeout(() => {
      const missing = this.others.filter(({ isReady }) => !isReady).map(({ name }) => name);
      this.onNote?.(`waiting for ${missing.join(', ')}`);
      this.onNote = undefined; // later, slower processes are waited for at every step
    }, SILENT_MS);
    try {
      await abortable(Promise.all(this.others.map((other) => other.untilReady())), signal);
    } finally {
      clearTimeout(clock);
    }
  }

  /**
   * Lets the others begin a step, once they are ready; this process does it too, at once.
   *
   * @throws as {@link allReady}
   */
  async step(place: StepPlace, signal?: AbortSignal): Promise<void> {
    await this.allReady(signal);
    this.order({ kind: 'step', ...place });
    await nextTurn(); // the orders are on their way before this process computes
  }

  /**
   * Gives the others a state, with which they go on at a place.
   *
   * @throws as {@link allReady}
   */
  async giveState(bytes: Uint8Array, place: StepPlace, signal?: AbortSignal): Promise<void> {
    await this.allReady(signal);
    const name = `state ${++this.states}`;
    this.share(name, bytes);
    this.order({ kind: 'state', name, ...place });
    await this.allReady(signal);
    this.shared.remove(name);
  }

  /** Tells the others what the run came to. */
  finish(result: RingResult): Promise<void> {
    return this.endWith({ kind: 'end', result });
  }

  /** Tells the others that it was stopped before its first step. */
  stopBefore(by: string): Promise<void> {
    return this.endWith({ kind: 'stopped', by });
  }

  /** Tells the others why it failed. */
  fail(reason: string): Promise<void> {
    return this.endWith({ kind: 'failed', reason });
  }

  /**
   * An error of a step as one that names the process at fault.
   *
   * @returns the error itself if it is of another kind
   */
  async explain(error: unknown): Promise<unknown> {
    if (!(error instanceof Error && error.message.startsWith('Session fail to run'))) {
      return error;
    }
    const faults = (await Promise.all(this.others.map((other) => other.fault()))).filter(
      (text) => text !== undefined,
    );
    if (faults.length > 0) {
      return new BackendError(
        `ring: ${faults.join('; ')}. Start all ranks again and resume the run, or resume it in one process ` +
          'with the same number of replicas',
        { cause: error },
      );
    }
    const names = this.others.map(({ name }) => name).join(', ');
    return new BackendError(
      /timed out|DEADLINE_EXCEEDED/i.test(error.message)
        ? `ring: expected a step within ${duration(this.control.stepTimeout)}, got none, though the others answer ` +
            `(${names}); if steps take that long, resume the run with a longer option stepTimeout`
        : `ring: expected a step that runs, got: ${error.message.split('\n')[0]}; the others answer (${names})`,
      { cause: error },
    );
  }

  private order(order: Order): void {
    this.others.forEach((other) => {
      other.order(order);
    });
  }

  /** Ends the run for all; each closes its connection when it knows. */
  private async endWith(order: Order): Promise<void> {
    if (this.end !== undefined) {
      return;
    }
    this.end = order;
    this.control.stopWatch(); // the others may go now
    this.shared.close(order.kind === 'failed' ? order.reason : 'the run is over');
    this.ended.resolve(order);
    this.order(order);
    const isLate = new AbortController();
    const clock = setTimeout(() => {
      isLate.abort();
    }, END_MS);
    const gone = Promise.all(this.others.map(({ connection }) => connection.ended));
    await abortable(gone, isLate.signal).catch(() => undefined);
    clearTimeout(clock);
    this.others.forEach(({ connection }) => {
      connection.close();
    });
  }
}
