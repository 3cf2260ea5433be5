/** The kernel: Jupyter's messages on one side, the engine that executes cells on the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { CellSink } from './cell-output.js';
import { CLOSE, FLAG, type ControlEvent, type ControlJob } from './control-messages.js';
import { Engine } from './engine.js';
import { describeLastState, readLastState, stateFile } from './last-state.js';
import { answerer, kernelInfo } from './language.js';
import { replyTo, writeMessage, type Connection, type Content, type Request } from './message.js';
import { Outbox } from './outbox.js';
import { OutputBuffer } from './output-buffer.js';
import { RequestReader } from './request-reader.js';
import { openSocket, type Receiver } from './sockets.js';

/** Requests that a client sent before it knew of an error arrive within this time. */
const ABORT_MS = 25;
/** How long the control thread may take to close its sockets. */
const CLOSE_MS = 500;

/** Serves one connection until it is told to stop. */
class KernelServer {
  private readonly flags = new Int32Array(new SharedArrayBuffer(16));
  private readonly engine: Engine;
  private readonly answer: ReturnType<typeof answerer>;
  private readonly requests: Request[] = [];
  /** Outputs that are not sent yet. */
  private readonly waiting = new Set<OutputBuffer>();
  private executing: Request | undefined;
  /** What the first cell tells of the kernel before. */
  private lastWords: string | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly shell: Receiver,
    private readonly outbox: Outbox,
    private readonly stateFile: string,
  ) {
    const before = readLastState(stateFile);
    this.lastWords = before && describeLastState(before);
    this.engine = new Engine({
      strayOutput: 'last-cell',
      isInterruptWaiting: () => this.takeInterrupt(),
    });
    this.answer = answerer(this.engine);
  }

  /**
   * Starts the thread that listens while this one computes, and waits until it does: from the first cell on the
   * kernel can be interrupted, and ends with the process that started it.
   */
  async listen(parent: number): Promise<void> {
    const { connection, flags, stateFile } = this;
    const { heap_size_limit: heapLimit } = getHeapStatistics();
    const job: ControlJob = {
      connection,
      kernelInfo: kernelInfo(),
      flags,
      parent,
      stateFile,
      heapLimit,
    };
    const worker = new Worker(new URL('./control-thread.js', import.meta.url), { workerData: job });
    const isReady = new Promise<void>((resolve) => {
      worker.on('message', (event: ControlEvent) => {
        if (event.kind === 'ready') {
          resolve();
        } else {
          this.onControl(event);
        }
      });
    });
    worker.on('error', (error) => {
      this.engine.terminal.stderr(`kernel: the control thread failed: ${error.stack ?? ''}\n`);
      process.exit(1);
    });
    process.on('SIGINT', () => {
      const isOurs = Atomics.exchange(this.flags, FLAG.signalled, 0) === 1;
      if (!isOurs || this.takeInterrupt()) {
        this.engine.interrupt();
      }
    });
    process.on('exit', () => {
      this.waiting.forEach((buffer) => {
        buffer.flush();
      });
      this.outbox.flush();
      // A thread that ends with open sockets ends the process with a crash.
      worker.postMessage(CLOSE);
      Atomics.wait(this.flags, FLAG.closed, 0, CLOSE_MS);
    });
    await isReady;
  }

  /** Takes requests: cells in turn, everything else at once. */
  async serve(): Promise<void> {
    this.publish('status', { execution_state: 'starting' });
    const reader = new RequestReader(this.connection.key);
    for await (const frames of this.shell) {
      try {
        this.take(reader.read(frames));
      } catch (error) {
        this.engine.terminal.stderr(`kernel: left a message out: ${(error as Error).message}\n`);
      }
    }
  }

  private take(request: Request): void {
    if (request.header.msg_type !== 'execute_request') {
      this.reply(request);
    } else if (typeof request.content.code === 'string') {
      this.requests.push(request);
      void this.executeAll();
    } else {
      this.refuse(request, new TypeError('expected code as a text in an execute_request'));
    }
  }

  private publish(type: string, content: Content, cause?: Request): void {
    const message = { type, content, cause, identities: [type] };
    this.outbox.send(writeMessage(this.connection.key, message));
  }

  private sendReply(request: Request, content: Content): void {
    const frames = writeMessage(this.connection.key, replyTo(request, content));
    this.shell.send(frames).catch(() => undefined); // the client has gone
  }

  private status(request: Request, state: 'busy' | 'idle'): void {
    this.publish('status', { execution_state: state }, request);
  }

  /** Clients take the last status for the kernel's: it stays busy while a cell runs. */
  private endRequest(request: Request): void {
    this.status(request, 'idle');
    if (this.executing && this.executing !== request) {
      this.status(this.executing, 'busy');
    }
  }

  private reply(request: Request): void {
    this.status(request, 'busy');
    try {
      const { msg_type: type } = request.header;
      const content = this.answer(type, request.content);
      if (content) {
        this.sendReply(request, content);
      }
    } catch (error) {
      this.sendError(request, error);
    }
    this.endRequest(request);
  }

  private refuse(request: Request, error: Error): void {
    this.status(request, 'busy');
    this.sendError(request, error);
    this.endRequest(request);
  }

  private sendError(request: Request, error: unknown): void {
    const { name, message } = error as Error;
    this.sendReply(request, { status: 'error', ename: name, evalue: message, traceback: [] });
  }

  private async executeAll(): Promise<void> {
    if (this.executing) {
      return;
    }
    for (let request = this.requests.shift(); request; request = this.requests.shift()) {
      this.executing = request;
      this.status(request, 'busy');
      const content = await this.execute(request);
      const isStopping = content.status === 'error' && request.content.stop_on_error !== false;
      if (isStopping) {
        await sleep(ABORT_MS);
      }
      const aborted = isStopping ? this.requests.splice(0) : [];
      this.sendReply(request, content);
      this.executing = undefined;
      this.status(request, 'idle');
      aborted.forEach((waiting) => {
        this.abort(waiting);
      });
    }
  }

  private abort(request: Request): void {
    this.status(request, 'busy');
    this.sendReply(request, { status: 'aborted', execution_count: this.engine.nextCount - 1 });
    this.endRequest(request);
  }

  private async execute(request: Request): Promise<Content> {
    const { code, silent = false, store_history: isStored = true } = request.content;
    const isNumbered = !silent && isStored !== false;
    const source = String(code);
    if (!silent) {
      const count = this.engine.nextCount - (isNumbered ? 0 : 1);
      this.publish('execute_input', { code: source, execution_count: count }, request);
    }
    Atomics.store(this.flags, FLAG.interrupt, 0);
    const buffer = new OutputBuffer(this.sink(request), this.waiting);
    if (!silent && this.lastWords !== undefined) {
      buffer.stream('stderr', this.lastWords);
      this.lastWords = undefined;
    }
    Atomics.store(this.flags, FLAG.cell, this.engine.nextCount);
    const { count, error } = await this.engine.execute(source, buffer, isNumbered);
    Atomics.store(this.flags, FLAG.cell, 0);
    buffer.flush();
    await this.outbox.drained();
    const common = { execution_count: count, user_expressions: {}, payload: [] };
    return error ? { status: 'error', ...error, ...common } : { status: 'ok', ...common };
  }

  private sink(request: Request): CellSink {
    return {
      stream: (name, text) => {
        this.publish('stream', { name, text }, request);
      },
      display: (content, isUpdate) => {
        const type = isUpdate ? 'update_display_data' : 'display_data';
        this.publish(type, { transient: {}, ...content }, request);
      },
      error: (error) => {
        this.publish('error', { ...error }, request);
      },
    };
  }

  /** True if the control thread has seen an interrupt; once per interrupt. */
  private takeInterrupt(): boolean {
    return Atomics.load(this.flags, FLAG.interrupt) === 1
      ? Atomics.exchange(this.flags, FLAG.interrupt, 0) === 1
      : false;
  }

  private onControl(event: Exclude<ControlEvent, { readonly kind: 'ready' }>): void {
    switch (event.kind) {
      case 'interrupt':
        if (this.takeInterrupt()) {
          this.engine.interrupt();
        }
        break;
      case 'answered':
        this.status(event.request, 'busy');
        this.endRequest(event.request);
        break;
      case 'left-out':
        this.engine.terminal.stderr(`kernel: left a message out: ${event.reason}\n`);
        break;
      case 'stop':
        this.engine.close();
        process.exit(0);
    }
  }
}

/**
 * Serves a connection until the kernel is told to stop or the process that started it ends.
 *
 * @param file - the connection file
 */
export async function serveKernel(connection: Connection, file: string): Promise<void> {
  const parent = process.ppid;
  const [shell, iopub] = await Promise.all([
    openSocket('shell', connection),
    openSocket('iopub', connection),
    openSocket('stdin', connection),
  ]);
  const server = new KernelServer(connection, shell, new Outbox(iopub), stateFile(file));
  await server.listen(parent);
  await server.serve();
}
