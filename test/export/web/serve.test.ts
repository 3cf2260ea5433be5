import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePage, type ServedPage } from '../../../lib/export/web/serve.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
let server: ServedPage;

beforeAll(async () => {
  await mkdir(path.join(folder, 'page', 'model'), { recursive: true });
  await writeFile(path.join(folder, 'page', 'index.html'), '<p>here</p>');
  await writeFile(path.join(folder, 'page', 'model', 'model.json'), '{}');
  await writeFile(path.join(folder, 'page', 'key.pem'), 'secret');
  await writeFile(path.join(folder, 'outside.txt'), 'secret');
  server = await servePage(path.join(folder, 'page'));
});

afterAll(async () => {
  await server.close();
});

/** Asks as it stands, which `fetch` does not. */
function ask(path: string, method = 'GET', host?: string): Promise<[number | undefined, string]> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => {
        resolve([response.statusCode, text]);
      });
    });
    asked.on('error', reject).end();
  });
}

describe('the server of a page', () => {
  it('listens on this machine only, and lets the page have threads', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, headers } = await fetch(server.url);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  });

  it('gives the files of the folder, and their headers alone if that is asked', async () => {
    expect(await ask('/')).toEqual([200, '<p>here</p>']);
    expect(await ask('/model/model.json?x=1')).toEqual([200, '{}']);
    expect(await ask('/', 'HEAD')).toEqual([200, '']);
  });

  it.each([
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '//outside.txt',
    '/a%00.txt',
  ])('gives nothing outside of it: %s', async (place) => {
    expect((await ask(place))[0]).toBe(404);
  });

  it.each(['/none.html', '/key.pem', '/model', '/%zz'])('has no %s', async (place) => {
    expect((await ask(place))[0]).toBe(404);
  });

  it('refuses other requests, and pages that call it by another name', async () => {
    expect((await ask('/', 'POST'))[0]).toBe(405);
    expect((await ask('/', 'GET', 'example.org'))[0]).toBe(403);
    expect((await ask('/', 'GET', 'localhost:80'))[0]).toBe(200);
  });

  it.each([-1, 65536, 0.5])('says that there is no port %d', async (port) => {
    await expect(servePage(folder, port)).rejects.toThrow(
      `demo port: expected a whole number from 0 to 65535, got ${port}; leave it out`,
    );
  });

  it('says that a port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(servePage(folder, port)).rejects.toThrow(
      `demo port: expected one that is free and allowed, got ${port} (EADDRINUSE); leave it out`,
    );
  });
});
