/**
 * Preloaded with `--import` into a process that is drilled: counts its steps and its file operations,
 * and makes the faults that it is told to. What it does is in `globalThis.drill`, at first from the
 * environment variable AUTODEEPLAB_DRILL, as JSON (see `Faults` in `../process.ts`).
 */
import { appendFileSync, promises, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { isMainThread, parentPort } from 'node:worker_threads';

const drill = JSON.parse(process.env.AUTODEEPLAB_DRILL ?? '{}');
globalThis.drill = drill;
drill.operations = [];

function killSelf() {
  process.kill(process.pid, drill.signal ?? 'SIGKILL');
}

/** An error as a full disk gives it. */
function diskIsFull(operation) {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${operation}`), {
    code: 'ENOSPC',
  });
}

const isWatched = (file) =>
  drill.folder !== undefined &&
  typeof file === 'string' &&
  `${path.resolve(file)}${path.sep}`.startsWith(drill.folder);

/**
 * Counts an operation that changes files; ends the process or throws if that is its number.
 *
 * @param half - does half of it
 */
async function count(name, file, takesSpace, half) {
  const { operations } = drill;
  operations.push(`${name} ${path.relative(drill.folder, path.resolve(file))}`);
  const { length } = operations;
  drill.onOperation?.(length);
  const isNamed =
    drill.killAtName !== undefined && RegExp(drill.killAtName).test(operations.at(-1));
  if (length === drill.killAt || isNamed) {
    await (drill.half ? half?.() : undefined);
    drill.killAtName = undefined;
    killSelf();
  }
  if (takesSpace && length >= drill.fullFrom) {
    throw diskIsFull(name);
  }
}

/** Flags of an opening that may make or change a file. */
const mayWrite = (flags) => (typeof flags === 'number' ? (flags & 3) !== 0 : /[wa+]/.test(flags));

const original = { ...promises };
const TAKING_SPACE = ['mkdir', 'copyFile', 'writeFile', 'link'];
const names = ['rename', 'rm', 'rmdir', 'unlink', 'utimes', 'truncate', ...TAKING_SPACE];
for (const name of names) {
  promises[name] = async (...parameters) => {
    const file = [...parameters].reverse().find(isWatched);
    if (file !== undefined) {
      await count(name, file, TAKING_SPACE.includes(name));
    }
    return original[name](...parameters);
  };
}

/** Open files that are watched, by their handles. */
const watched = new WeakMap();
promises.open = async (file, flags = 'r', ...more) => {
  const isCounted = isWatched(file) && mayWrite(flags);
  if (isCounted) {
    await count('open', file, true);
  }
  const handle = await original.open(file, flags, ...more);
  if (isCounted) {
    watched.set(handle, file);
  }
  return handle;
};
syncBuiltinESMExports();

const some = await original.open(process.execPath);
const handles = Object.getPrototypeOf(some);
await some.close();
for (const name of ['write', 'writeFile', 'appendFile', 'sync', 'truncate']) {
  const before = handles[name];
  handles[name] = async function (data, ...more) {
    const file = watched.get(this);
    if (file !== undefined) {
      const half = async () => {
        // The same place of the file, half of the bytes.
        const [offset = 0, length = data.length, position] = name === 'write' ? more : [];
        const part = data.subarray(offset, offset + (length >> 1));
        await (name === 'write'
          ? before.call(this, part, 0, part.length, position)
          : before.call(this, part));
      };
      const isWrite = !['sync', 'truncate'].includes(name);
      await count(name, file, isWrite, isWrite ? half : undefined);
    }
    return before.call(this, data, ...more);
  };
}

if (drill.log !== undefined && isMainThread) {
  process.on('exit', () => {
    writeFileSync(drill.log, JSON.stringify(drill.operations));
  });
}

/** Appends each step to a file, and ends the process at one that is told. */
async function watchSteps() {
  const { HistoryWriter } = await import('../../../dist/run/history-writer.js');
  const { add } = HistoryWriter.prototype;
  HistoryWriter.prototype.add = function (entry) {
    add.call(this, entry);
    if (entry.kind === 'step') {
      appendFileSync(drill.steps, `${entry.step}\n`);
      drill.stepsDone = (drill.stepsDone ?? 0) + 1;
      if (drill.stepsDone === drill.killAtStep) {
        killSelf();
      }
    }
  };
}

/** Lets the clock jump by so many days, the next jump at each n-th file operation. */
function jumpClock({ days, every }) {
  const RealDate = Date;
  let shift = days[0] * 86_400_000;
  drill.onOperation = (done) => {
    shift = days[Math.floor(done / every) % days.length] * 86_400_000;
  };
  globalThis.Date = class extends RealDate {
    constructor(...parameters) {
      super(...(parameters.length === 0 ? [RealDate.now() + shift] : parameters));
    }

    static now() {
      return RealDate.now() + shift;
    }
  };
}

/** Ends or stops a worker thread at its n-th batch. */
function breakWorker({ at, how }) {
  const { on } = parentPort;
  let batches = 0;
  parentPort.on = function (event, listener) {
    const counting = (message) => {
      batches++;
      if (batches === at && how === 'exit') {
        process.exit(3);
      }
      if (batches === at && how === 'error') {
        throw new Error('drilled');
      }
      if (batches === at && how === 'hang') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
      listener(message);
    };
    return on.call(this, event, event === 'message' ? counting : listener);
  };
}

if (isMainThread) {
  if (drill.clock) {
    jumpClock(drill.clock);
  }
  if (drill.hurry) {
    // What is waited for minutes comes in seconds.
    const { setInterval: before } = globalThis;
    globalThis.setInterval = (callback, ms, ...more) => before(callback, ms / drill.hurry, ...more);
  }
  if (drill.steps !== undefined || drill.isServer) {
    await watchSteps();
  }
} else if (drill.worker && parentPort) {
  breakWorker(drill.worker);
}
