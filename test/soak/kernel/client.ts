/**
 * A client that speaks with a kernel over its sockets, as Jupyter does.
 *
 * Source: "Messaging in Jupyter", protocol 5.3.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

interface Socket extends AsyncIterable<readonly Buffer[]> {
  connect(address: string): void;
  send(frames: readonly (string | Buffer)[]): Promise<void>;
  close(): void;
}

interface ZeroMq {
  readonly Dealer: new (options: object) => Socket;
  readonly Subscriber: new (options: object) => Socket & { subscribe(): void };
}

/** The content of a message. */
export type Content = Readonly<Record<string, unknown>>;

/** What came of a request. */
export interface Answer {
  readonly reply: Content;
  /** Outputs by the type of their message. */
  readonly outputs: readonly { readonly type: string; readonly content: Content }[];
}

interface Open {
  readonly outputs: { type: string; content: Content }[];
  reply?: Content;
  isIdle: boolean;
  readonly onOutput: ((type: string) => void) | undefined;
  readonly done: (answer: Answer) => void;
}

const require = createRequire(import.meta.url);
const DELIMITER = '<IDS|MSG>';
const HEADER = 0;
const PARENT = 1;
const CONTENT = 3;
/** How long a kernel may take to answer to its first request. */
const START_MS = 120_000;
/** A kernel hears a client some time after it has connected. */
const KNOCK_MS = 500;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** A kernel with its client. */
export class KernelClient {
  private readonly key: string;
  private readonly session = randomUUID();
  private readonly open = new Map<string, Open>();
  private readonly shell: Socket;
  private readonly control: Socket;
  private readonly iopub: Socket & { subscribe(): void };

  private constructor(
    readonly child: ChildProcess,
    connection: Readonly<Record<string, unknown>>,
  ) {
    const zeroMq = createRequire(require.resolve('tslab/package.json'))('zeromq') as ZeroMq;
    this.key = String(connection.key);
    const to = (channel: string) => `tcp://127.0.0.1:${String(connection[`${channel}_port`])}`;
    // Nothing is dropped, however slowly a busy machine reads.
    const lossless = { receiveHighWaterMark: 0, linger: 0 };
    this.shell = new zeroMq.Dealer(lossless);
    this.control = new zeroMq.Dealer(lossless);
    this.iopub = new zeroMq.Subscriber(lossless);
    this.shell.connect(to('shell'));
    this.control.connect(to('control'));
    this.iopub.connect(to('iopub'));
    this.iopub.subscribe();
    for (const socket of [this.shell, this.control, this.iopub]) {
      void this.listen(socket);
    }
  }

  /**
   * Starts a kernel.
   *
   * @param program - the kernel's program, which gets the connection file
   * @param folder - where its notebook lies
   */
  static async start(program: string, folder: string): Promise<KernelClient> {
    const channels = ['shell', 'control', 'iopub', 'stdin', 'hb'];
    const ports = await Promise.all(channels.map(freePort));
    const connection = {
      transport: 'tcp',
      ip: '127.0.0.1',
      key: randomUUID(),
      ...Object.fromEntries(channels.map((channel, i) => [`${channel}_port`, ports[i]])),
    };
    const file = join(folder, 'connection.json');
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const child = spawn(process.execPath, [program, file], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      // Ctrl-C would interrupt its cell.
      detached: true,
    });
    const client = new KernelClient(child, connection);
    await client.knock();
    return client;
  }

  /** Asks on the main channel. */
  request(type: string, content: Content): Promise<Answer> {
    return this.ask(this.shell, type, content);
  }

  /**
   * Executes a cell.
   *
   * @param onOutput - is told the type of each output as it comes
   */
  execute(code: string, onOutput?: (type: string) => void): Promise<Answer> {
    const content = { code, silent: false, store_history: true, stop_on_error: true };
    return this.ask(this.shell, 'execute_request', content, onOutput);
  }

  /** Interrupts the cell that runs. */
  interrupt(): Promise<Answer> {
    return this.ask(this.control, 'interrupt_request', {});
  }

  /** Asks the kernel to end and waits for its end. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      void this.ask(this.control, 'shutdown_request', { restart: false });
      await ended;
    }
    this.shell.close();
    this.control.close();
    this.iopub.close();
  }

  /** Asks until the kernel answers and its outputs are heard. */
  private async knock(): Promise<void> {
    const end = Date.now() + START_MS;
    while (Date.now() < end) {
      const answer = this.request('kernel_info_request', {});
      const late = new Promise((resolve) => setTimeout(resolve, KNOCK_MS));
      if (await Promise.race([answer, late])) {
        return;
      }
    }
    throw new Error(`expected an answer of the kernel within ${START_MS / 1000} s, got none`);
  }

  private ask(
    socket: Socket,
    type: string,
    content: Content,
    onOutput?: (type: string) => void,
  ): Promise<Answer> {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: 'soak',
      date: new Date().toISOString(),
      version: '5.3',
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const hash = createHmac('sha256', this.key);
    parts.forEach((part) => hash.update(part));
    return new Promise((resolve, reject) => {
      this.open.set(header.msg_id, { outputs: [], isIdle: false, onOutput, done: resolve });
      socket.send([DELIMITER, hash.digest('hex'), ...parts]).catch(reject);
    });
  }

  private async listen(socket: Socket): Promise<void> {
    try {
      for await (const frames of socket) {
        this.take(frames);
      }
    } catch {
      // The socket was closed.
    }
  }

  private take(frames: readonly Buffer[]): void {
    const start = frames.findIndex((frame) => frame.toString() === DELIMITER) + 2;
    const part = (i: number) => JSON.parse(frames[start + i].toString()) as Content;
    const { msg_id: id } = part(PARENT);
    const open = this.open.get(String(id));
    if (open === undefined) {
      return;
    }
    const type = String(part(HEADER).msg_type);
    const content = part(CONTENT);
    if (type.endsWith('_reply')) {
      open.reply = content;
    } else if (type === 'status') {
      open.isIdle = content.execution_state === 'idle';
    } else {
      open.outputs.push({ type, content });
      open.onOutput?.(type);
    }
    if (open.reply !== undefined && open.isIdle) {
      this.open.delete(String(id));
      open.done({ reply: open.reply, outputs: open.outputs });
    }
  }
}
