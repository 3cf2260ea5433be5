// Processes of a cluster, in the network namespace of the program that starts them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { URL, fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** At most so long a process may take to say something; a machine may be busy. */
const LIMIT_MS = 120_000;

/** A command of the command line that is running. */
export class Running {
  errors = '';
  output = '';
  ended = false;
  heard = () => undefined;

  constructor(args) {
    this.child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (data) => (this.output += data));
    this.child.stderr.on('data', (data) => {
      this.errors += data;
      this.heard();
    });
    this.end = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.ended = true;
        this.heard();
        resolve({ code, signal, errors: this.errors, output: this.output });
      });
    });
  }

  /** Waits until it has said something so many times. */
  says(text, times = 1) {
    let limit;
    const said = new Promise((resolve, reject) => {
      const fail = (what) =>
        reject(new Error(`expected "${text}" ${times}x, got ${what}: ${this.errors}`));
      limit = setTimeout(() => fail('two minutes without it'), LIMIT_MS);
      this.heard = () => {
        if (this.errors.split(text).length > times) {
          resolve();
        } else if (this.ended) {
          fail('the end');
        }
      };
      this.heard();
    });
    return said.finally(() => clearTimeout(limit));
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
