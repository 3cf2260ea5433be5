/**
 * Measures replicas, in a network namespace of its own: two on one device, on two processors of one process, in
 * two processes over grpc, and in a ring of two, a step of each in turn, on the same number of threads.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend, type nn } from 'autodeeplab';
import { openCluster } from '#lib/cluster/open-cluster.js';
import { median } from '../statistics.js';
import { RingPair } from './ring-pair.js';
import type { ReplicaRow } from './row.js';
import { inputsOf, WORKS, type ReplicaWork, type Where } from './works.js';

const [only = '', runs = '10'] = process.argv.slice(2);

const PORT = 5000;
let ringPort = 6000;
const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** Bytes that the loopback interface has carried. */
function bytesSoFar(): number {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'));
  return Number(line![1]);
}

const seconds = (since: number) => (performance.now() - since) / 1000;

/** A program that is measured. */
interface Opened {
  readonly name: string;
  readonly openSeconds: number;
  /** Does a step; how long it took, seconds. */
  step(): Promise<number>;
  close(): void;
}

function openHere(work: ReplicaWork, name: string, where: Where, inputs: nn.NamedTensors): Opened {
  const start = performance.now();
  const { program } = work.make(where);
  const openSeconds = seconds(start);
  const step = () => {
    const before = performance.now();
    tf.dispose(program.run(work.step, inputs));
    return Promise.resolve(seconds(before));
  };
  const close = () => {
    program.dispose();
  };
  return { name, openSeconds, step, close };
}

async function openRingOf(work: ReplicaWork): Promise<Opened> {
  ringPort += 4; // TensorFlow's servers of the ring before may still listen
  const { pair, openSeconds } = await RingPair.start(work.name, ringPort);
  return {
    name: 'ring',
    openSeconds,
    step: () => pair.step(),
    close: () => {
      pair.stop();
    },
  };
}

async function measureWork(
  work: ReplicaWork,
  places: Readonly<Record<string, Where>>,
): Promise<ReplicaRow[]> {
  const inputs = inputsOf(work);
  const here = Object.entries(places).map(([name, where]) => openHere(work, name, where, inputs));
  const opened = [...here, await openRingOf(work)].map((one) => ({
    ...one,
    times: [] as number[],
    bytes: 0,
  }));
  const count = work.opensOnly ? 0 : Number(runs) + 2;
  for (let i = 0; i < count; i++) {
    for (const one of opened) {
      const before = bytesSoFar();
      one.times.push(await one.step());
      one.bytes = bytesSoFar() - before;
    }
  }
  const rows = opened.map(({ name, openSeconds, times, bytes }): ReplicaRow => {
    const measured = times.slice(2); // the first prepare the graph
    return {
      work: work.name,
      place: name,
      openSeconds,
      medianSeconds: measured.length > 0 ? median(measured) : null,
      leastSeconds: measured.length > 0 ? Math.min(...measured) : null,
      bytes: measured.length > 0 ? bytes : null,
    };
  });
  for (const one of opened) {
    one.close();
  }
  tf.dispose(inputs);
  return rows;
}

const worker = spawn(process.execPath, [MAIN, 'worker', '--listen', `127.0.0.1:${PORT}`], {
  stdio: 'ignore',
});
try {
  await useBackend('tensorflow');
  const cluster = await openCluster({ workers: [`127.0.0.1:${PORT}`] }, 'branches');
  const threads = { intra: 1, inter: 2 };
  const places = {
    'one device': { threads },
    'two processors': { threads, devices: ['/device:CPU:0', '/device:CPU:1'] },
    'two processes': { place: cluster.place, devices: cluster.devices },
  };
  for (const work of WORKS.filter(({ name }) => name.startsWith(only))) {
    for (const row of await measureWork(work, places)) {
      console.log(JSON.stringify(row));
    }
  }
  cluster.close();
} finally {
  worker.kill();
}
process.exit(0);
