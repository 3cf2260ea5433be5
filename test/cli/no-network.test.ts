import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';

// The tests of the command line run it with this in front of it, so that none of them can reach another
// machine; here it is shown that it would be noticed.
const noNetwork = new URL('../helpers/no-network.mjs', import.meta.url).href;

/** The exit code and the standard error of a script. */
const run = (script: string) =>
  new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, ['--import', noNetwork, '-e', script]);
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('close', (code) => {
      resolve({ code, stderr });
    });
  });

it.each([
  "fetch('http://192.0.2.1/').catch(() => undefined)",
  "require('node:net').connect(80, 'example.org').on('error', () => undefined)",
  "require('node:https').get('https://example.org').on('error', () => undefined)",
])(
  'a connection to another machine ends the program, though it hides its error: %s',
  async (script) => {
    const { code, stderr } = await run(script);
    expect(stderr).toMatch(/^a connection to .* was tried, and there is no network\n$/);
    expect(code).toBe(99);
  },
);

it('a connection to the same machine is let through', async () => {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  server.unref();
  const result = await run(
    `require('node:net').connect(${port}, '127.0.0.1').on('error', () => undefined).end()`,
  );
  expect(result).toEqual({ code: 0, stderr: '' });
  server.close();
});
