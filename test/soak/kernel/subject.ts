/** A kernel that is kept busy through its sockets. */
import { mkdirSync } from 'node:fs';
import type { Job } from '../messages.js';
import type { Inside } from '../sample.js';
import type { Subject } from '../subject.js';
import { insideCell, ROUND, setUpCell, type Cell } from './cells.js';
import { KernelClient, type Answer } from './client.js';

/** What an editor asks while someone writes. */
const QUESTIONS = [
  ['complete_request', { code: 'dataset.desc', cursor_pos: 12 }],
  ['inspect_request', { code: 'useBackend', cursor_pos: 4, detail_level: 0 }],
  ['is_complete_request', { code: 'const a = [' }],
] as const;

function expectEnd(cell: Cell, { reply }: Answer): void {
  const got = reply.status === 'error' ? String(reply.ename) : undefined;
  if (got !== cell.fails) {
    throw new Error(
      `expected ${cell.fails ?? 'no error'} of the cell\n${cell.code}\ngot ` +
        `${got ?? 'no error'}: ${JSON.stringify(reply.evalue)}`,
    );
  }
}

/** A session of a notebook, from its first cell to the end. */
export class KernelSubject implements Subject {
  private reason: string | undefined;
  private latest: Inside | undefined;
  private isStopping = false;

  private constructor(
    private readonly kernel: KernelClient,
    private readonly job: Job,
  ) {
    kernel.child.once('exit', (code, signal) => {
      this.reason ??= this.isStopping
        ? undefined
        : `the kernel ended (${signal ?? `code ${code}`})`;
    });
    void this.session().catch((error: unknown) => {
      if (!this.isStopping) {
        this.reason ??= String(error);
      }
    });
  }

  /** Starts a kernel and its session. */
  static async start(program: string, job: Job): Promise<KernelSubject> {
    mkdirSync(job.folder, { recursive: true });
    return new KernelSubject(await KernelClient.start(program, job.folder), job);
  }

  get pid(): number {
    return this.kernel.child.pid ?? 0;
  }

  get failure(): string | undefined {
    return this.reason;
  }

  inside(): Promise<Inside | undefined> {
    const { latest } = this;
    this.latest = undefined;
    return Promise.resolve(latest);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.kernel.stop();
  }

  /** Executes the cells round by round, until the end. */
  private async session(): Promise<void> {
    const { kernel, job } = this;
    expectEnd({ code: 'the first cell' }, await kernel.execute(setUpCell(job)));
    while (!this.isStopping) {
      for (const cell of ROUND) {
        expectEnd(cell, await this.execute(cell));
      }
      for (const [type, content] of QUESTIONS) {
        await kernel.request(type, content);
      }
      await this.readInside();
    }
  }

  private execute({ code, interruptAt }: Cell): Promise<Answer> {
    let isInterrupted = false;
    return this.kernel.execute(code, (type) => {
      if (type === interruptAt && !isInterrupted) {
        isInterrupted = true;
        void this.kernel.interrupt();
      }
    });
  }

  private async readInside(): Promise<void> {
    const code = insideCell(this.job.collect);
    const answer = await this.kernel.execute(code);
    expectEnd({ code }, answer);
    const text = answer.outputs
      .filter(({ type }) => type === 'stream')
      .map(({ content }) => String(content.text))
      .join('');
    this.latest = JSON.parse(text) as Inside;
  }
}
