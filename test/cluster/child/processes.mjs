// Processes of a cluster, in the network namespace of the program that starts them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { URL, fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** Waits until something holds; a machine may be busy. */
export async function until(what, holds) {
  for (let i = 0; i < 1200; i++) {
    if (await holds()) {
      return;
    }
    await sleep(100);
  }
  throw new Error(`expected ${what} within two minutes, got nothing of it`);
}

/** A command of the command line that is running. */
export class Running {
  errors = '';
  output = '';
  ended = false;

  constructor(args) {
    this.child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (data) => (this.output += data));
    this.child.stderr.on('data', (data) => (this.errors += data));
    this.end = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.ended = true;
        resolve({ code, signal, errors: this.errors, output: this.output });
      });
    });
  }

  /** Waits until it says something. */
  async says(text, times = 1) {
    await until(`"${text}" ${times}x in: ${this.errors}`, () => {
      if (this.ended && this.errors.split(text).length <= times) {
        throw new Error(`expected "${text}", got the end: ${this.errors}`);
      }
      return this.errors.split(text).length > times;
    });
  }

  /** The process in which a worker computes. */
  get inner() {
    const { pid } = this.child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
  }
}

/** A worker that is ready. */
export async function startWorker(port, ...args) {
  const worker = new Running(['worker', '--listen', `127.0.0.1:${port}`, ...args]);
  await worker.says('ready at');
  return worker;
}
