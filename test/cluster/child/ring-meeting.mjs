// What processes are told that come to rank 0 of a ring, or do not come. Prints it as JSON.
import { spawn } from 'node:child_process';
import console from 'node:console';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { URL, fileURLToPath } from 'node:url';
import { Connection } from '../../../dist/cluster/connection.js';
import { openSocket } from '../../../dist/cluster/reach.js';
import { Gathering } from '../../../dist/cluster/ring/gather.js';
import { JOINED } from '../../../dist/cluster/ring/messages.js';
import { checkRing } from '../../../dist/cluster/ring/request.js';

const member = { library: '1.2.3', tensorflow: '2.21.0', graph: 7, operations: ['AdlA', 'AdlB'] };
const own = { member, facts: { options: { seed: 1 } } };

let port = 5000;

/** A ring of three at ports of its own, as rank 0 has it. */
function ringOfThree(wait = 60) {
  port += 10;
  const processes = [0, 2, 4].map((i) => `localhost:${port + i}`);
  return checkRing({ processes, rank: 0, wait });
}

const textOf = (error) => error.message.replaceAll(String(port), 'PORT');

const outcome = (promise) =>
  promise.then(
    () => 'no error',
    (error) => textOf(error),
  );

/** A process that comes; what it is told. */
async function come(ring, rank, change = {}) {
  const socket = await openSocket(ring.addresses[0]);
  const connection = new Connection(socket, 'rank 0', () => Promise.resolve({ done: true }));
  const join = { kind: 'join', rank, ring: ring.names, usesGpu: false, ...own, ...change };
  return { connection, told: outcome(connection.ask(join, JOINED, 60_000)) };
}

/** Rank 0 meets who comes; what it and they are told. */
async function meeting(happens, wait) {
  const ring = ringOfThree(wait);
  const notes = [];
  const gathering = new Gathering(ring, own, (text) =>
    notes.push(text.replaceAll(/\d{4,5}/g, 'PORT')),
  );
  const met = gathering.meet(undefined).then(
    async () => {
      gathering.admit({ hint: 'ring' }, () => Promise.resolve({ done: true }));
      return 'no error';
    },
    async (error) => {
      await gathering.refuse(error.message);
      return textOf(error);
    },
  );
  await sleep(0);
  const others = await happens(ring);
  const result = {
    leader: await met,
    others: await Promise.all(others.map(({ told }) => told)),
    notes,
  };
  others.forEach(({ connection }) => connection.close());
  gathering.close();
  return result;
}

const results = {};
results.complete = await meeting(async (ring) => [await come(ring, 2), await come(ring, 1)]);
results.strangers = await meeting(async (ring) => {
  const strangers = [
    await come(ring, 1, { ring: ['a:1', 'b:1', 'c:1'] }),
    await come(ring, 0),
    await come(ring, 3),
  ];
  const first = await come(ring, 1);
  const again = await come(ring, 1);
  await again.told;
  return [...strangers, first, again, await come(ring, 2)];
});
results.version = await meeting(async (ring) => [
  await come(ring, 2),
  await come(ring, 1, { member: { ...member, library: '1.2.4' } }),
]);
results.kernels = await meeting(async (ring) => [
  await come(ring, 1, { member: { ...member, operations: ['AdlA'] } }),
]);
results.facts = await meeting(async (ring) => [
  await come(ring, 1, { facts: { options: { seed: 2, crop: 33 } } }),
]);
results.late = await meeting(async (ring) => [await come(ring, 2)], 1.5);
results.gone = await meeting(async (ring) => {
  const other = await come(ring, 1);
  other.connection.close();
  return [other];
});

const ring = ringOfThree();
const server = createServer();
await new Promise((resolve) => server.listen(ring.addresses[0].port, resolve));
results.taken = await outcome(new Gathering(ring, own).meet(undefined));
server.close();

// Two processes watch a third that goes; only one of them is blocked.
const third = createServer((socket) => socket.destroy());
await new Promise((resolve) => third.listen(0, '127.0.0.1', resolve));
const watched = fileURLToPath(new URL('watched.mjs', import.meta.url));
const watchers = ['blocked', 'free'].map((how) => {
  const child = spawn(process.execPath, [watched, String(third.address().port), how]);
  const errors = [];
  child.stderr.on('data', (data) => errors.push(data));
  const end = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    errors: errors.join(''),
  }));
  return { child, end, ready: once(child.stdout, 'data') };
});
const [blocked, free] = watchers;
await Promise.all(watchers.map(({ ready }) => ready));
third.close();
results.blocked = await blocked.end;
free.child.stdin.end();
results.free = await free.end;
console.log(JSON.stringify(results));
process.exit(0);
