/**
 * The thread that listens while the main thread computes: to control messages, to the heartbeat, and
 * for the end of the process that started the kernel.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { availableMemory } from '../../runtime/available-memory.js';
import { CLOSE, FLAG, type ControlEvent, type ControlJob } from './control-messages.js';
import { StateNotes } from './last-state.js';
import { replyTo, writeMessage, type Content, type Request } from './message.js';
import { isOrphan } from './orphan.js';
import { BadMessage, RequestReader } from './request-reader.js';
import { openSocket, type Receiver } from './sockets.js';

/** How long the main thread may take to see an interrupt before it gets a signal. */
const BLOCKED_MS = 500;
/** How long the main thread may take to end. */
const STOP_MS = 3000;
const WATCH_MS = 1000;
/** How often the state of the kernel is noted. */
const NOTE_MS = 250;

const { connection, kernelInfo, flags, parent, stateFile, heapLimit } = workerData as ControlJob;
const notes = new StateNotes(stateFile, { heapLimit, machine: availableMemory() });

/** Interrupts so far. */
let interrupts = 0;

function tell(event: ControlEvent): void {
  parentPort?.postMessage(event);
}

/** Ends the process, with or without the main thread's help. */
async function stop(reason: 'shutdown' | 'orphan'): Promise<void> {
  clearInterval(noting);
  notes.remove();
  tell({ kind: 'stop', reason });
  await sleep(STOP_MS);
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Interrupts the main thread: by a message, by a flag that loops of cells check, and finally by a
 * signal, which ends code that has not waited for anything yet.
 */
async function interrupt(): Promise<void> {
  const turn = ++interrupts;
  Atomics.store(flags, FLAG.interrupt, 1);
  tell({ kind: 'interrupt' });
  await sleep(BLOCKED_MS);
  const isUnseen = turn === interrupts && Atomics.load(flags, FLAG.interrupt) === 1;
  if (isUnseen && process.platform !== 'win32') {
    Atomics.store(flags, FLAG.signalled, 1);
    process.kill(process.pid, 'SIGINT');
  }
}

/** The answer to a request; undefined if it is not known here. */
function answer({ header, content }: Request): Content | undefined {
  switch (header.msg_type) {
    case 'kernel_info_request':
      return kernelInfo;
    case 'interrupt_request':
      void interrupt();
      return { status: 'ok' };
    case 'shutdown_request':
      void stop('shutdown');
      return { status: 'ok', restart: content.restart ?? false };
    default:
      return undefined;
  }
}

async function serveControl(socket: Receiver): Promise<void> {
  const reader = new RequestReader(connection.key);
  for await (const frames of socket) {
    try {
      const request = reader.read(frames);
      const content = answer(request);
      if (content) {
        const reply = writeMessage(connection.key, replyTo(request, content));
        socket.send(reply).catch(() => undefined); // the client has gone
        tell({ kind: 'answered', request });
      }
    } catch (error) {
      if (!(error instanceof BadMessage)) {
        throw error;
      }
      tell({ kind: 'left-out', reason: error.message });
    }
  }
}

async function echo(socket: Receiver): Promise<void> {
  for await (const frames of socket) {
    await socket.send(frames);
  }
}

const watch = setInterval(() => {
  if (isOrphan(parent)) {
    clearInterval(watch);
    void stop('orphan');
  }
}, WATCH_MS);

const noting = setInterval(() => {
  notes.note(Atomics.load(flags, FLAG.cell));
}, NOTE_MS);

const [control, heartbeat] = await Promise.all([
  openSocket('control', connection),
  openSocket('hb', connection),
]);
parentPort?.on('message', (message) => {
  if (message === CLOSE) {
    clearInterval(noting);
    notes.remove();
    control.close();
    heartbeat.close();
    Atomics.store(flags, FLAG.closed, 1);
    Atomics.notify(flags, FLAG.closed);
  }
});
tell({ kind: 'ready' });
await Promise.all([serveControl(control), echo(heartbeat)]);
