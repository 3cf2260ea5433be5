/** A server of one folder on this machine, with what browsers ask for threads. */
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ConfigError } from '../../errors.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.bin': 'application/octet-stream',
  '.txt': 'text/plain; charset=utf-8',
};

const HEADERS: Readonly<Record<string, string>> = {
  // Without them a page has no memory that threads share.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

const HOST = '127.0.0.1';

const LARGEST_PORT = 65535;

/** Throws a {@link ConfigError} for a port that there is not; 0 stands for one that is free. */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > LARGEST_PORT) {
    throw new ConfigError(
      `demo port: expected a whole number from 0 to ${LARGEST_PORT}, got ${port}; leave it out, and a free one is taken`,
    );
  }
}

/** A page that is served. */
export interface ServedPage {
  /** Its address. */
  readonly url: string;
  /** Ends the server. */
  close(): Promise<void>;
}

/** The file that an address means; undefined if it lies outside of the folder or has an unknown type. */
function fileOf(folder: string, url: string): string | undefined {
  let asked: string;
  try {
    asked = decodeURIComponent(new URL(`http://page${url}`).pathname);
  } catch {
    return undefined;
  }
  const file = path.join(folder, asked.endsWith('/') ? `${asked}index.html` : asked);
  const isInside = file.startsWith(path.join(folder, path.sep)) && !asked.includes('\0');
  return isInside && path.extname(file) in TYPES ? file : undefined;
}

function refuse(response: ServerResponse, code: number, why: string): void {
  response.writeHead(code, { ...HEADERS, 'Content-Type': TYPES['.txt'] }).end(`${why}\n`);
}

async function answer(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '/', headers } = request;
  // A page of another name that leads here must not read the folder.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '')) {
    refuse(response, 403, 'expected this machine by its own name');
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    refuse(response, 405, 'expected GET or HEAD');
    return;
  }
  const file = fileOf(folder, url);
  const handle = file === undefined ? undefined : await open(file).catch(() => undefined);
  if (file === undefined || handle === undefined) {
    refuse(response, 404, 'no such file');
    return;
  }
  try {
    const bytes = await handle.readFile();
    const type = TYPES[path.extname(file)];
    response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': bytes.length });
    response.end(method === 'HEAD' ? undefined : bytes);
  } finally {
    await handle.close();
  }
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE' || error.code === 'EACCES'
          ? new ConfigError(
              `demo port: expected one that is free and allowed, got ${port} (${error.code}); leave it out, ` +
                'and a free one is taken',
            )
          : error,
      );
    });
    server.listen(port, HOST, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Serves a folder on 127.0.0.1: to this machine only.
 *
 * @param port - 0: one that is free
 * @throws {@link ConfigError} if the port is taken, or there is no such port
 */
export async function servePage(folder: string, port = 0): Promise<ServedPage> {
  checkPort(port);
  const root = path.resolve(folder);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => {
      response.destroy();
    });
  });
  const taken = await listening(server, port);
  return {
    url: `http://${HOST}:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
