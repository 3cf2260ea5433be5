/** A worker: it waits for a chief, computes for it, and waits for the next. */
import { createServer, type Server, type Socket } from 'node:net';
import { duration } from '../duration.js';
import { BackendError, ConfigError } from '../errors.js';
import { formatAddress, type Address } from './address.js';
import { Connection } from './connection.js';
import { REQUEST, type ServeRequest, type Welcome } from './messages.js';
import { WorkerChild } from './worker-child.js';

/** How a worker works. */
export interface WorkerOptions {
  /** Where chiefs find it; TensorFlow's server takes the port after it, on every interface. */
  readonly listen: Address;
  /** The process that computes is given up when it does not answer for so long, seconds. */
  readonly patience: number;
  /** Whether it ends when its first chief is gone. */
  readonly once?: boolean;
  /** Receives what happens, a line each. */
  readonly onEvent: (text: string) => void;
}

/** How long the process that computes may be silent unless said otherwise, seconds. */
export const PATIENCE = 30;

/** Connections at a time; a chief needs one. */
const MOST_CONNECTIONS = 64;

/** A chief that is served. */
interface Served {
  readonly connection: Connection;
  readonly name: string;
  readonly since: number;
}

/** A worker of a cluster. */
export class Worker {
  private child: WorkerChild;
  private served: Served | undefined;
  private isOver = false;
  private readonly server: Server;
  private settle: { resolve(): void; reject(error: Error): void } | undefined;

  private constructor(private readonly options: WorkerOptions) {
    this.child = this.startChild();
    this.server = createServer((socket) => {
      this.accept(socket);
    });
    this.server.maxConnections = MOST_CONNECTIONS;
  }

  /**
   * Works until its first chief is gone, if it is to work for one only, or until it fails.
   *
   * @throws {@link BackendError} if this machine cannot compute, {@link ConfigError} if it cannot listen
   */
  static async run(options: WorkerOptions): Promise<void> {
    const worker = new Worker(options);
    try {
      await new Promise<void>((resolve, reject) => {
        worker.settle = { resolve, reject };
        worker.listen();
        worker.announce();
      });
    } finally {
      worker.isOver = true;
      worker.server.close();
      worker.served?.connection.close();
      worker.child.kill();
    }
  }

  /** The port of TensorFlow's server. */
  private get serverPort(): number {
    return this.options.listen.port + 1;
  }

  private listen(): void {
    const { listen } = this.options;
    this.server.once('error', (error) => {
      this.settle?.reject(
        new ConfigError(
          `worker: expected to listen on ${formatAddress(listen)}, got ${error.message}; choose another port`,
        ),
      );
    });
    this.server.listen(listen.port, listen.host);
  }

  private announce(): void {
    this.child.ready.then(
      ({ member, device }) => {
        const { library, tensorflow } = member;
        const address = formatAddress(this.options.listen);
        this.options.onEvent(
          `ready at ${address}: autodeeplab ${library}, TensorFlow ${tensorflow}, ${device}`,
        );
      },
      (error: unknown) => {
        this.settle?.reject(error as Error);
      },
    );
  }

  private startChild(): WorkerChild {
    const child = new WorkerChild(this.options.patience);
    void child.ended.then((reason) => {
      if (child === this.child && !this.isOver) {
        this.endService(reason);
      }
    });
    return child;
  }

  private accept(socket: Socket): void {
    const name = `${socket.remoteAddress?.replace(/^::ffff:/, '')}:${socket.remotePort}`;
    const connection: Connection = new Connection(socket, name, (request) =>
      this.answer(connection, request),
    );
    void connection.ended.then(() => {
      if (this.served?.connection === connection) {
        this.endService(undefined);
      }
    });
  }

  private async answer(connection: Connection, request: unknown): Promise<object> {
    const read = REQUEST.safeParse(request);
    if (!read.success) {
      throw new BackendError(
        'expected a question of this version; install the same version on both',
      );
    }
    switch (read.data.kind) {
      case 'hello':
        return this.welcome(connection);
      case 'serve':
        return this.serve(connection, read.data);
      case 'state':
        return { done: true };
    }
  }

  private async welcome(connection: Connection): Promise<Welcome> {
    const { member } = await this.child.ready;
    const busy = this.served?.connection === connection ? undefined : this.served?.name;
    return { member, port: this.serverPort, ...(busy !== undefined && { busy }) };
  }

  private async serve(connection: Connection, request: ServeRequest): Promise<object> {
    const { child } = this;
    await child.ready;
    if (this.served !== undefined) {
      throw new BackendError(`it serves ${this.served.name}; wait until that has ended`);
    }
    this.served = { connection, name: connection.name, since: performance.now() };
    await child.serve(request);
    this.options.onEvent(
      `serves ${connection.name}; TensorFlow listens on port ${this.serverPort} of every interface`,
    );
    return { done: true };
  }

  /**
   * Ends the service, and the process that computed.
   *
   * @param failure - why, if that process ended by itself; else the chief has gone
   */
  private endService(failure: string | undefined): void {
    const { served, child: before, options } = this;
    this.served = undefined;
    if (failure !== undefined) {
      options.onEvent(failure);
      served?.connection.tell(failure);
      served?.connection.close();
      if (served === undefined) {
        this.settle?.reject(new BackendError(`worker: ${failure}`)); // a next one would end as well
        return;
      }
    }
    if (served !== undefined) {
      const time = duration((performance.now() - served.since) / 1000);
      options.onEvent(`${served.name} is gone after ${time}`);
      if (options.once) {
        this.settle?.resolve();
        return;
      }
    }
    this.child = this.startChild();
    before.kill();
    this.announce();
  }
}
