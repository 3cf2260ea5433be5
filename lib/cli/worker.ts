/** `autodeeplab worker`: computes for a search or a retraining on another machine. */
import { constants } from 'node:os';
import { Command } from 'commander';
import { parseAddress, type Address } from '../cluster/address.js';
import { PATIENCE, Worker, type WorkerOptions } from '../cluster/worker.js';
import { ConfigError } from '../errors.js';
import { isStartedByNohup } from './hang-up.js';
import { anyNumber } from './options.js';

/** Where a worker listens unless a host is named. */
export const EVERYWHERE = '0.0.0.0';

interface WorkerFlags {
  readonly listen: string;
  readonly patience: number;
  readonly once: boolean;
}

/**
 * What whoever starts a process with TensorFlow's server must know.
 *
 * @param server - where that is
 * @param what - names the process
 */
export function warningOf({ port }: Pick<Address, 'port'>, what: string): string {
  return (
    `warning: TensorFlow's server has no authentication and listens on every interface: while ${what} ` +
    `computes, whoever reaches port ${port} can run programs here and read and write files as this user. ` +
    'Use it in trusted networks only, behind a firewall or in a network namespace (see environment.md, ' +
    '"Several machines")'
  );
}

/** A worker holds nothing that must be saved: a signal ends it at once. */
function endAtOnce(): void {
  const signals = [
    'SIGINT',
    'SIGTERM',
    ...(isStartedByNohup() ? [] : ['SIGHUP' as const]),
  ] as const;
  for (const signal of signals) {
    process.on(signal, () => {
      process.exit(128 + constants.signals[signal]);
    });
  }
}

/** What {@link work} needs. */
export interface WorkOptions extends Omit<WorkerOptions, 'onEvent'> {
  /** Stands before its lines. */
  readonly name?: string;
}

/** Works as a worker, tells what happens, and is ended by signals. */
export async function work({ name = 'worker', ...options }: WorkOptions): Promise<void> {
  endAtOnce();
  console.error(warningOf({ port: options.listen.port + 1 }, 'this worker'));
  await Worker.run({
    ...options,
    onEvent: (text) => {
      console.error(`${name}: ${text}`);
    },
  });
}

async function runWorker({ listen, patience, once }: WorkerFlags): Promise<void> {
  const address = parseAddress(listen, '--listen', EVERYWHERE);
  if (address.port >= 65_535) {
    throw new ConfigError(
      `--listen: expected a port below 65535, since TensorFlow takes the next one, got ${address.port}`,
    );
  }
  if (!(patience >= 1)) {
    throw new ConfigError(`--patience: expected at least 1 second, got ${patience}`);
  }
  await work({ listen: address, patience, once });
}

/** The command `worker`. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('compute replicas of a search or retraining that runs on another machine')
    .requiredOption(
      '--listen <[host:]port>',
      "where searches and retrainings find it; TensorFlow's server takes the next port while it serves",
    )
    .option(
      '--patience <seconds>',
      'give up its process that computes when it does not answer for so long',
      anyNumber,
      PATIENCE,
    )
    .option('--once', 'end when the first search or retraining is over or gone', false)
    .addHelpText(
      'after',
      '\nIt serves one at a time, outlives it and serves the next; Ctrl-C or SIGTERM ends it at once.\n' +
        "\nTensorFlow's server has no authentication and listens on every interface: use trusted networks\n" +
        'only. environment.md, "Several machines", shows how to fence it.\n' +
        '\nExample, two machines:\n' +
        '  node7$ npx autodeeplab worker --listen 5000\n' +
        '  node6$ npx autodeeplab retrain … --replicas 2 --cluster node7:5000',
    )
    .action(runWorker);
}
