/** A headless Chromium for tests, spoken to over pipes; no package is needed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Removes the profile of a browser, whose helpers may write into it for a moment after its end. */
async function removeWhenQuiet(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === 50) {
        throw error;
      }
      await sleep(100);
    }
  }
}

/** The command that starts Chromium, or undefined where there is none. */
export const chromiumCommand: string | undefined = NAMES.find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

/** The title of a block of tests that need Chromium; says so where it is absent. */
export function chromiumTitle(title: string): string {
  return chromiumCommand === undefined ? `${title} (skipped: no ${NAMES.join(' or ')})` : title;
}

type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** How a page is opened. */
export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** False to load the page without running its scripts. */
  readonly runsScripts?: boolean;
}

/** A place in a window, in pixels from the left and from the top. */
export type Place = readonly [x: number, y: number];

/** One page that was opened. */
export interface Page {
  /** Errors of scripts, of the console and of loading. */
  readonly errors: readonly string[];
  /** Addresses of everything that was asked for. */
  readonly requests: readonly string[];
  /** The value of an expression in the page, as JSON gives it; promises are awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses the mouse at a place, moves it to another, by pixels of the window, and lets it go. */
  drag(from: Place, to: Place): Promise<void>;
  /** A picture of the page as a PNG file. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

/** A running Chromium; close it after the tests. */
export class Chromium {
  private readonly child: ChildProcess;
  private readonly profile = mkdtempSync(path.join(tmpdir(), 'autodeeplab-chromium-'));
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly listeners = new Map<string, (method: string, params: Params) => void>();
  private readonly ended: Promise<void>;
  private lastId = 0;
  private rest = '';

  /** @param flags - further flags of the browser */
  constructor(flags: readonly string[] = []) {
    this.child = spawn(
      chromiumCommand ?? 'chromium',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe'],
        ...[
          '--disable-dev-shm-usage',
          '--no-first-run',
          '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
          '--blink-settings=primaryHoverType=2,availableHoverTypes=2',
          `--user-data-dir=${this.profile}`,
        ],
        ...flags,
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => {
        resolve();
      });
    });
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const parts = (this.rest + text).split('\0');
      this.rest = parts.pop() ?? '';
      for (const part of parts) {
        this.take(JSON.parse(part) as Message);
      }
    });
  }

  /** Opens a file, or an address of a server on 127.0.0.1, and waits until it is loaded. */
  async open(place: string, options: PageOptions = {}): Promise<Page> {
    const { width = 1280, height = 900, theme = 'light', runsScripts = true } = options;
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const attached = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const session = attached.sessionId as string;
    const send = (method: string, params: Params = {}) => this.send(method, params, session);
    const errors: string[] = [];
    const requests: string[] = [];
    let onLoad: () => void = () => undefined;
    const loaded = new Promise<void>((resolve) => (onLoad = resolve));
    this.listeners.set(session, (method, params) => {
      if (method === 'Page.loadEventFired') {
        onLoad();
      }
      if (method === 'Network.requestWillBeSent') {
        requests.push((params.request as { url: string }).url);
      }
      const problem = problemOf(method, params);
      if (problem !== undefined) {
        errors.push(problem);
      }
    });
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) {
      await send(`${domain}.enable`);
    }
    await send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: theme }],
    });
    await send('Emulation.setScriptExecutionDisabled', { value: !runsScripts });
    const url = place.startsWith('http:') ? place : pathToFileURL(place).href;
    await send('Page.navigate', { url });
    await loaded;
    return {
      errors,
      requests,
      evaluate: async <T>(expression: string) => {
        const { result, exceptionDetails } = await send('Runtime.evaluate', {
          expression,
          awaitPromise: true,
          returnByValue: true,
        });
        if (exceptionDetails) {
          throw new Error(JSON.stringify(exceptionDetails));
        }
        return (result as { value: T }).value;
      },
      drag: async (from, to) => {
        const mouse = (type: string, [x, y]: Place) =>
          send('Input.dispatchMouseEvent', {
            type,
            x,
            y,
            button: 'left',
            buttons: 1,
            clickCount: 1,
          });
        await mouse('mouseMoved', from);
        await mouse('mousePressed', from);
        await mouse('mouseMoved', [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
        await mouse('mouseMoved', to);
        await mouse('mouseReleased', to);
      },
      screenshot: async () => {
        const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true });
        return Buffer.from(data as string, 'base64');
      },
      close: async () => {
        await this.send('Target.closeTarget', { targetId });
      },
    };
  }

  async close(): Promise<void> {
    this.child.kill();
    await this.ended;
    await removeWhenQuiet(this.profile);
  }

  private send(method: string, params: Params, sessionId?: string): Promise<Params> {
    const id = ++this.lastId;
    const message = { id, method, params, ...(sessionId !== undefined && { sessionId }) };
    (this.child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => {
        if (error) {
          reject(new Error(`${method}: ${error.message}`));
        } else {
          resolve(result ?? {});
        }
      });
    });
  }

  private take(message: Message): void {
    if (message.id !== undefined) {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    } else if (message.sessionId !== undefined && message.method !== undefined) {
      this.listeners.get(message.sessionId)?.(message.method, message.params ?? {});
    }
  }
}

/** What went wrong in the page, if an event tells of that. */
function problemOf(method: string, params: Params): string | undefined {
  switch (method) {
    case 'Runtime.exceptionThrown':
      return JSON.stringify(params.exceptionDetails);
    case 'Runtime.consoleAPICalled':
      return params.type === 'error' ? JSON.stringify(params.args) : undefined;
    case 'Log.entryAdded': {
      const entry = params.entry as { level: string; text: string };
      return entry.level === 'error' ? entry.text : undefined;
    }
    case 'Network.loadingFailed':
      return `loading failed: ${String(params.errorText)}`;
    default:
      return undefined;
  }
}
