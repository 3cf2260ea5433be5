/** How rank 0 finds the other processes of a ring. */
import { createServer, type Server, type Socket } from 'node:net';
import { BackendError, ConfigError } from '../../errors.js';
import { abortable } from '../../interrupt.js';
import { Connection } from '../connection.js';
import { deferred } from './deferred.js';
import { factsProblem, type RingFacts } from './facts.js';
import { RING_REQUEST, type JoinRequest, type MemberRequest } from './messages.js';
import { OtherProcess } from './other.js';
import type { CheckedRing } from './request.js';

/** Connections beyond those of the ring: of programs that have no business here. */
const SPARE_CONNECTIONS = 16;

/** The others are told of after this time, ms. */
const NOTE_MS = 1000;

/** What a process asks that has joined. */
type Answer = (other: OtherProcess, request: MemberRequest) => Promise<object>;

/** The processes that come to rank 0. */
export class Gathering {
  private readonly others = new Map<number, OtherProcess>();
  private readonly byConnection = new Map<Connection, OtherProcess>();
  private readonly joining = new Map<OtherProcess, JoinRequest>();
  private readonly complete = deferred<undefined>();
  /** Settled when all may go on, or nobody. */
  private readonly verdict = deferred<object>();
  private readonly server: Server;
  private answerOf: Answer | undefined;

  constructor(
    private readonly ring: CheckedRing,
    private readonly own: RingFacts,
    private readonly onNote: ((text: string) => void) | undefined,
  ) {
    this.server = createServer((socket) => {
      this.accept(socket);
    });
    this.server.maxConnections = ring.names.length + SPARE_CONNECTIONS;
  }

  /**
   * Waits for the other processes.
   *
   * @returns them, and whether all have a GPU; they are answered by {@link admit} or {@link refuse}
   * @throws {@link ConfigError} if the port is taken
   * @throws {@link BackendError} naming those that do not come, or that cannot compute with this one
   */
  async meet(
    signal: AbortSignal | undefined,
  ): Promise<{ readonly others: readonly OtherProcess[]; readonly useGpus: boolean }> {
    const { wait } = this.ring;
    await this.listen();
    const note = setTimeout(() => {
      this.onNote?.(`waiting up to ${wait} s for ${this.missing()}`);
    }, NOTE_MS);
    const clock = setTimeout(() => {
      this.complete.reject(
        new BackendError(
          `ring: expected all ${this.ring.names.length} processes within ${wait} s, got none as ` +
            `${this.missing()}; start them with the same list and their own option rank, and open port ` +
            `${this.ring.addresses[0].port} of this machine to theirs`,
        ),
      );
    }, 1000 * wait);
    try {
      await abortable(this.complete.promise, signal);
    } finally {
      clearTimeout(note);
      clearTimeout(clock);
    }
    const requests = [...this.joining.values()];
    const others = [...this.others.values()].sort((a, b) => a.rank - b.rank);
    return { others, useGpus: requests.every(({ usesGpu }) => usesGpu) };
  }

  /** Lets all who came go on. */
  admit(welcome: object, answer: Answer): void {
    this.answerOf = answer;
    this.verdict.resolve(welcome);
  }

  /** Sends all away who came, and listens no more. */
  async refuse(reason: string): Promise<void> {
    this.verdict.reject(new BackendError(reason));
    await new Promise((resolve) => setImmediate(resolve)); // the refusals are written first
    for (const connection of this.byConnection.keys()) {
      connection.close();
    }
    this.close();
  }

  /** Listens no more; connections stay. */
  close(): void {
    this.server.close();
  }

  private missing(): string {
    return this.ring.names
      .map((name, rank) => ({ name, rank }))
      .filter(({ rank }) => rank > 0 && !this.others.has(rank))
      .map(({ name, rank }) => `rank ${rank} (${name})`)
      .join(', ');
  }

  /** The names of a ring may mean other addresses here than elsewhere: listens on every interface. */
  private listen(): Promise<void> {
    const { port } = this.ring.addresses[0];
    return new Promise((resolve, reject) => {
      this.server.once('error', (error) => {
        reject(
          new ConfigError(
            `ring: expected to listen on port ${port} as rank 0, got ${error.message}; choose another port, ` +
              'or end the process that has it, which may be another rank 0',
          ),
        );
      });
      this.server.listen(port, resolve);
    });
  }

  private accept(socket: Socket): void {
    const name = `${socket.remoteAddress?.replace(/^::ffff:/, '')}:${socket.remotePort}`;
    const connection: Connection = new Connection(socket, name, (request) =>
      this.answer(connection, request),
    );
  }

  private async answer(connection: Connection, request: unknown): Promise<object> {
    const read = RING_REQUEST.safeParse(request);
    if (!read.success) {
      throw new BackendError(
        'expected a process of a ring of this version; install the same version on all',
      );
    }
    const other = this.byConnection.get(connection);
    if (read.data.kind === 'join') {
      return this.join(connection, read.data);
    }
    if (other === undefined || this.answerOf === undefined) {
      throw new BackendError('expected a process that has joined the ring, got one that has not');
    }
    return this.answerOf(other, read.data);
  }

  private join(connection: Connection, request: JoinRequest): Promise<object> {
    const { rank, ring } = request;
    const { names } = this.ring;
    const problem =
      String(ring) !== String(names)
        ? `expected the ring ${names.join(',')}, got ${ring.join(',')}; start all ranks with the same list`
        : rank === 0 || rank >= names.length || this.others.has(rank)
          ? `expected a rank from 1 to ${names.length - 1} that is free, got ${rank}, ` +
            `${rank === 0 ? 'which is here' : 'which has come already'}; give each process a rank of its own`
          : undefined;
    if (problem !== undefined) {
      this.onNote?.(`refused ${connection.name}: ${problem}`);
      throw new BackendError(problem);
    }
    const other = new OtherProcess(rank, names[rank], connection);
    this.others.set(rank, other);
    this.byConnection.set(connection, other);
    this.joining.set(other, request);
    void connection.ended.then(() => {
      this.complete.reject(
        new BackendError(
          `ring: expected ${other.name} to stay, got: ${connection.reason}; start all again`,
        ),
      );
    });
    const differs = factsProblem(this.own, request);
    if (differs !== undefined) {
      this.complete.reject(new BackendError(`ring: ${other.name}: ${differs}`));
    } else if (this.others.size === names.length - 1) {
      this.complete.resolve(undefined);
    }
    return this.verdict.promise;
  }
}
