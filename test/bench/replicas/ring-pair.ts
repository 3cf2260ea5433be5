/** Two processes of a ring, as whoever measures them has them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RingReply } from './ring-process.js';

/** The processes of a ring for one work. */
export class RingPair {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  /** Starts them; how long the slower one took to open its program, seconds. */
  static async start(
    work: string,
    port: number,
  ): Promise<{ readonly pair: RingPair; readonly openSeconds: number }> {
    const processes = [port, port + 2].map((one) => `127.0.0.1:${one}`).join(',');
    const module = fileURLToPath(new URL('ring-process.js', import.meta.url));
    const children = [0, 1].map((rank) => fork(module, [work, String(rank), processes]));
    const pair = new RingPair(children);
    return { pair, openSeconds: await pair.answers() };
  }

  /** Lets both do a step; how long the slower one took, seconds. */
  async step(): Promise<number> {
    const answers = this.answers();
    for (const child of this.children) {
      child.send({});
    }
    return answers;
  }

  /** Ends them. */
  stop(): void {
    for (const child of this.children) {
      child.kill('SIGKILL');
    }
  }

  private async answers(): Promise<number> {
    const replies = await Promise.all(
      this.children.map(async (child) => {
        const ended = once(child, 'exit').then(() => {
          throw new Error('expected a process of the ring to go on, got its end, see above');
        });
        const [reply] = (await Promise.race([once(child, 'message'), ended])) as [RingReply];
        return reply.seconds;
      }),
    );
    return Math.max(...replies);
  }
}
