/** A process that runs one command after the other: what is resumed needs no start of a process. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { childFile, FAULTS } from './places.js';
import { environmentWith, type Ended, type Faults } from './process.js';

type Answer = 'ready' | { readonly code: number; readonly output: string };

/** A process that runs commands. */
export class Server {
  private child: ChildProcess | undefined;

  /** Runs a command to its end. */
  async run(parameters: readonly string[], faults: Faults): Promise<Ended> {
    const child = await this.process();
    const answer = this.answerOf(child);
    child.send({ parameters, drill: faults });
    const { code, output } = (await answer) as Exclude<Answer, 'ready'>;
    return { code, signal: null, output };
  }

  /** Ends the process. */
  close(): void {
    this.child?.disconnect();
    this.child = undefined;
  }

  private async process(): Promise<ChildProcess> {
    if (this.child === undefined) {
      this.child = fork(childFile('server.mjs'), {
        execArgv: ['--import', FAULTS],
        env: { ...environmentWith({}), AUTODEEPLAB_DRILL: '{"isServer":true}' },
      });
      await this.answerOf(this.child);
    }
    return this.child;
  }

  private async answerOf(child: ChildProcess): Promise<Answer> {
    const ended = new AbortController();
    const { signal } = ended;
    try {
      const [answer] = (await Promise.race([
        once(child, 'message', { signal }),
        once(child, 'exit', { signal }).then(([code, killed]) => {
          throw new Error(
            `expected an answer of ${childFile('server.mjs')}, got its end: ${String(code ?? killed)}`,
          );
        }),
      ])) as [Answer];
      return answer;
    } finally {
      ended.abort();
    }
  }
}
