// What a chief is told of workers that are late, busy, of another version, without kernels, dead or
// silent, and what becomes of its state. Prints the results as JSON.
import console from 'node:console';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tfjs from '@tensorflow/tfjs-core';
import { useBackend } from '../../../dist/backend/use-backend.js';
import { openCluster } from '../../../dist/cluster/open-cluster.js';
import { thisMember } from '../../../dist/cluster/member.js';
import { compile } from '../../../dist/runtime/compile.js';
import { meanOverReplicas } from '../../../dist/runtime/replicas.js';
import { startWorker, Running } from './processes.mjs';

const tf = tfjs.default ?? tfjs;
const results = {};
const { versions } = await useBackend('tensorflow');

async function errorOf(promise) {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error.message;
  }
}

const open = (port, options = {}, control = {}) =>
  openCluster({ workers: [`127.0.0.1:${port}`], wait: 60, ...options }, 'chain', control);

/** `mean` changes the state by what a worker computes, `count` shows such a value and changes other state. */
function programOn(cluster) {
  const replicas = { count: 2, batchStatistics: 'replica', batched: ['x'] };
  const inputs = { x: { shape: [2] } };
  const mean = (x) => meanOverReplicas({ x: tf.sum(x) }).x;
  const steps = {
    mean: {
      inputs,
      replicas,
      step: ({ w }, { x }) => ({ outputs: { w }, state: { w: tf.add(w, mean(x)) } }),
    },
    count: {
      inputs,
      replicas,
      step: ({ n }, { x }) => ({ outputs: { y: mean(x) }, state: { n: tf.add(n, tf.scalar(1)) } }),
    },
  };
  const { place, devices } = cluster;
  return compile({ w: tf.scalar(0), n: tf.scalar(0) }, steps, { place, devices });
}

const x = tf.tensor1d([1, 3]);
const stateOf = (program) =>
  Object.fromEntries(Object.entries(program.state()).map(([name, t]) => [name, t.dataSync()[0]]));

/** Calls on a cluster before and after something happens to its worker. */
async function onCluster(cluster, steps, happens) {
  const program = programOn(cluster);
  program.run('mean', { x });
  program.run('count', { x });
  const before = stateOf(program);
  await happens();
  const told = [];
  for (const step of steps) {
    const changes = program.changes();
    try {
      program.run(step, { x });
      told.push({ step, error: 'no error' });
    } catch (error) {
      const { message } = await cluster.explain(error);
      told.push({
        step,
        error: message,
        changed: program.changes() - changes,
        state: stateOf(program),
      });
    }
  }
  program.dispose();
  cluster.close();
  return { devices: cluster.devices, before, told };
}

/** A program that listens and answers as it is told. */
async function listening(answer) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => socket.write(answer(data.toString())));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function told(answer) {
  const server = await listening(answer);
  const { port } = server.address();
  const text = await errorOf(open(port));
  server.close();
  return text.replace(String(port), 'PORT');
}

const own = thisMember(versions.tensorflow);
const welcome = (change, more = {}) =>
  told((text) => {
    const { id } = JSON.parse(text);
    return `${JSON.stringify({ id, answer: { member: { ...own, ...change }, port: 1, ...more } })}\n`;
  });

results.never = await errorOf(open(4999, { wait: 0.5 }));
results.other = await told(() => 'HTTP/1.1 400 Bad Request\r\n\r\n');
results.version = await welcome({ library: '0.0.1' });
results.tensorflow = await welcome({ tensorflow: '2.9.1' });
results.kernels = await welcome({ operations: [] });
results.busy = await welcome({}, { busy: '10.0.0.9:4711' });

// A worker that comes when it is waited for; afterwards it serves this process.
const notes = [];
const late = open(5000, {}, { onNote: (text) => notes.push(text) });
await sleep(500);
const worker = await startWorker(5000, '--patience', '3');
const first = await late;
results.late = notes[0];
const programs = [programOn(first), programOn(first)];
programs[0].run('mean', { x });
results.isolated = programs.map(stateOf);
programs.forEach((program) => program.dispose());
results.second = await errorOf(open(5000));
results.killed = await onCluster(first, ['mean'], () => process.kill(worker.inner, 'SIGKILL'));

await worker.says('ready at', 2);
const stopped = await open(5000);
results.stopped = await onCluster(stopped, ['mean'], () => process.kill(worker.inner, 'SIGSTOP'));

await worker.says('ready at', 3);
const silent = await open(5000, { stepTimeout: 5 });
results.silent = await onCluster(silent, ['mean', 'count'], () => {
  process.kill(worker.inner, 'SIGSTOP');
  worker.child.kill('SIGSTOP');
});
worker.child.kill('SIGCONT');

const { child, end } = worker;
const start = performance.now();
child.kill('SIGTERM');
results.terminated = { code: (await end).code, seconds: (performance.now() - start) / 1000 };
const taken = await listening(() => '');
const again = new Running(['worker', '--listen', `127.0.0.1:${taken.address().port}`]);
const { code, errors } = await again.end;
results.taken = { code, line: errors.trim().split('\n').at(-1) };
console.log(JSON.stringify(results));
process.exit(0);
