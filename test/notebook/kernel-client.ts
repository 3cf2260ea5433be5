/** Talks to the kernel through a real Jupyter client, in a Python process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { preparePython } from '../../lib/notebook/kernel/lab-environment.js';
import { writeKernelspec } from '../../lib/notebook/kernel/kernelspec.js';

const script = fileURLToPath(new URL('kernel_client.py', import.meta.url));

/** A message of the kernel. */
export interface Message {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What came of one execute request. */
export interface CellAnswer {
  readonly messages: readonly Message[];
  readonly reply: Readonly<Record<string, unknown>>;
}

/** What came of execute requests. */
export interface Answer {
  readonly cells: readonly CellAnswer[];
  /** Messages that belong to no request of this call. */
  readonly others: readonly Message[];
  /** Until the last cell ended. */
  readonly seconds: number;
}

/** How to execute. */
export interface ExecuteOptions {
  /** When to interrupt, in seconds. */
  readonly interrupts?: readonly number[];
  readonly stop_on_error?: boolean;
  /** How long to listen after the end, in seconds. */
  readonly linger?: number;
}

/** The Python that has a Jupyter client; undefined, with the reason printed, if there is none. */
export async function findJupyterClient(): Promise<string | undefined> {
  try {
    const requirements = ['nbclient>=0.10,<1'];
    const python = await preparePython('jupyter-client', {
      requirements,
      environment: { ...process.env, PIP_RETRIES: '1' },
    });
    return python.program('python');
  } catch (error) {
    console.warn(`skipped: the kernel needs a Jupyter client: ${(error as Error).message}`);
    return undefined;
  }
}

/** A kernel with its client. */
export class KernelClient {
  private readonly answers: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcess) {
    const lines = createInterface({ input: child.stdout! });
    this.answers = lines[Symbol.asyncIterator]();
  }

  /**
   * Starts a kernel.
   *
   * @param folder - where the notebook lies
   * @param scratch - a folder for the kernelspec
   */
  static async start(python: string, folder: string, scratch: string): Promise<KernelClient> {
    writeKernelspec(scratch);
    const child = spawn(python, [script, folder, join(scratch, 'kernels')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const client = new KernelClient(child);
    await client.answers.next();
    return client;
  }

  async call<T>(name: string, parameters: object = {}): Promise<T> {
    this.child.stdin!.write(`${JSON.stringify({ call: name, with: parameters })}\n`);
    const { value } = (await this.answers.next()) as { value: string };
    const { answer, error } = JSON.parse(value) as { answer: T; error?: string };
    if (error !== undefined) {
      throw new Error(error);
    }
    return answer;
  }

  /** Sends all cells at once and waits for all. */
  execute(cells: readonly string[], options: ExecuteOptions = {}): Promise<Answer> {
    return this.call('execute', { cells, ...options });
  }

  /** Executes one cell. */
  async cell(code: string, options: ExecuteOptions = {}): Promise<CellAnswer> {
    return (await this.execute([code], options)).cells[0];
  }

  /** Ends the client without telling the kernel. */
  abandon(): Promise<void> {
    const ended = new Promise<void>((resolve) =>
      this.child.once('close', () => {
        resolve();
      }),
    );
    this.child.kill('SIGKILL');
    return ended;
  }

  /** Stops the kernel and the client. */
  close(): Promise<void> {
    const ended = new Promise<void>((resolve) =>
      this.child.once('close', () => {
        resolve();
      }),
    );
    this.child.stdin!.end();
    return ended;
  }
}

/** All text of a stream. */
export function textOf({ messages }: CellAnswer, name = 'stdout'): string {
  return messages
    .filter(({ type, content }) => type === 'stream' && content.name === name)
    .map(({ content }) => content.text)
    .join('');
}

/** The first error that a cell shows. */
export function errorOf({ messages }: CellAnswer): {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
} {
  const found = messages.find(({ type }) => type === 'error');
  if (!found) {
    throw new Error(`expected an error, got ${JSON.stringify(messages)}`);
  }
  return found.content as never;
}
