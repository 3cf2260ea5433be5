import { describe, expect, it } from 'vitest';
import { ChildWorker } from './child-worker.js';
import { readyMessage, stepMessage } from './fake-messages.js';
import { MemoryGuard } from './memory-guard.js';
import type { Job } from './messages.js';
import { CASES } from './cases.js';

const job: Job = { work: CASES[0].work, warmUp: 0, classes: 19, filterMultiplier: 20 };

/** A child that runs a few lines of JavaScript. */
function child(lines: string, limitMiB = 100_000): ChildWorker {
  const prelude = `
    const send = (message) => console.log(JSON.stringify(message));
    const ready = () => send(${JSON.stringify(readyMessage())});
    const onLine = (act) => require('node:readline').createInterface({ input: process.stdin }).on('line', act);
  `;
  const command = { program: process.execPath, parameters: ['-e', prelude + lines, '--'] };
  return new ChildWorker(command, job, new MemoryGuard(limitMiB));
}

describe('a child process', () => {
  it('gets its job, starts, runs a step for each request, and ends', async () => {
    const worker = child(`
      const { work } = JSON.parse(process.argv[1]);
      console.log('a line of some library');
      ready();
      let steps = 0;
      onLine(() => send({ ...${JSON.stringify(stepMessage())}, ms: ++steps * work.crop }));
    `);
    expect(await worker.start()).toEqual(readyMessage());
    expect((await worker.step()).ms).toBe(65);
    expect((await worker.step()).ms).toBe(130);
    await worker.close();
    await expect(worker.step()).rejects.toThrow('ended with code 0');
  });

  it('that reports an error ends with its message', async () => {
    const worker = child(`send({ event: 'error', message: 'no such backend' });`);
    await expect(worker.start()).rejects.toThrow('no such backend');
    await worker.close();
  });

  it('that dies is told with the last line it wrote', async () => {
    const worker = child(`console.error('first\\nlast words'); process.exitCode = 3;`);
    await expect(worker.start()).rejects.toThrow('ended with code 3: last words');
  });

  it('that is killed is probably out of memory', async () => {
    const worker = child(`process.kill(process.pid, 'SIGKILL');`);
    await expect(worker.start()).rejects.toThrow('probably out of memory');
  });

  it('that cannot be started is an error', async () => {
    const command = { program: '/no/such/program', parameters: [] };
    const worker = new ChildWorker(command, job, new MemoryGuard(1000));
    await expect(worker.start()).rejects.toThrow('ENOENT');
    await worker.close();
  });

  it.runIf(process.platform === 'linux')('that takes too much memory is ended', async () => {
    const worker = child(
      `const held = []; setInterval(() => held.push(Buffer.alloc(2 ** 25, 1)), 20);`,
      200,
    );
    await expect(worker.start()).rejects.toThrow(/above the limit of 0\.2 GiB/);
  });
});
