import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Connection } from '../../lib/cluster/connection.js';
import { BackendError } from '../../lib/errors.js';

const closers: (() => void)[] = [];

afterEach(() => {
  closers.splice(0).forEach((close) => {
    close();
  });
});

/** Two ends of a connection on the loopback address. */
async function pair(): Promise<readonly [Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const one = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [other] = (await once(server, 'connection')) as [Socket];
  closers.push(() => {
    one.destroy();
    other.destroy();
    server.close();
  });
  return [one, other];
}

const refuse = () => Promise.reject(new Error('nobody asks here'));
const ANY = z.object({ x: z.number() });
const hello = { kind: 'hello' } as const;

describe('Connection', () => {
  it('brings each answer to its question, whatever their order', async () => {
    const [one, other] = await pair();
    const waiting: ((answer: object) => void)[] = [];
    const answering = new Connection(
      other,
      'chief',
      () => new Promise((resolve) => waiting.push(resolve)),
    );
    const asking = new Connection(one, 'worker', refuse);
    const [first, second] = [1, 2].map(() => asking.ask(hello, ANY, 10_000));
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]({ x: 2 });
    waiting[0]({ x: 1 });
    expect(await Promise.all([first, second])).toEqual([{ x: 1 }, { x: 2 }]);
    answering.tell('bye');
    await expect.poll(() => asking.notice).toBe('bye');
  });

  it('tells why there is no answer', async () => {
    const [one, other] = await pair();
    new Connection(other, 'chief', refuse);
    const asking = new Connection(one, 'worker node7:5000', refuse);
    await expect(asking.ask(hello, ANY, 10_000)).rejects.toThrow(
      'worker node7:5000: nobody asks here',
    );
  });

  it('refuses an answer of another form', async () => {
    const [one, other] = await pair();
    new Connection(other, 'chief', () => Promise.resolve({ y: 1 }));
    const asking = new Connection(one, 'worker', refuse);
    const answer = asking.ask(hello, ANY, 10_000);
    await expect(answer).rejects.toThrow(BackendError);
    await expect(answer).rejects.toThrow(
      'expected an answer of this version of autodeeplab, got {"y":1}',
    );
  });

  it('gives up in time', async () => {
    const [one] = await pair();
    const asking = new Connection(one, 'worker', refuse);
    await expect(asking.ask(hello, ANY, 50)).rejects.toThrow('worker: no answer for 0 s');
  });

  it('ends what is open when the other side goes', async () => {
    const [one, other] = await pair();
    const asking = new Connection(one, 'worker', refuse);
    const answer = asking.ask(hello, ANY, 10_000);
    other.destroy();
    await expect(answer).rejects.toThrow('worker: it closed the connection');
    await expect(asking.ask(hello, ANY, 10_000)).rejects.toThrow('it closed the connection');
  });

  it.each([
    ['another program', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['JSON of another kind', '{"hello": 1}\n'],
    ['a line without an end', 'x'.repeat(70_000)],
  ])('does not listen to %s', async (_, text) => {
    const [one, other] = await pair();
    other.on('error', () => undefined);
    const asking = new Connection(one, 'worker', refuse);
    const answer = asking.ask(hello, ANY, 10_000);
    other.write(text);
    await expect(answer).rejects.toThrow('it is not a worker or a chief of autodeeplab');
    await asking.ended;
  });
});
