import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { readConnection } from '../../lib/notebook/kernel/connection-file.js';
import { openSocket } from '../../lib/notebook/kernel/sockets.js';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const file = join(temporaryFolder(), 'connection.json');
const CONNECTION = {
  transport: 'tcp',
  ip: '127.0.0.1',
  key: 'a key',
  shell_port: 50_001,
  iopub_port: 50_002,
  stdin_port: 50_003,
  control_port: 50_004,
  hb_port: 50_005,
} as const;

describe('a connection file', () => {
  it('is read, whatever else it says', async () => {
    const more = { signature_scheme: 'hmac-sha256', kernel_name: 'autodeeplab' };
    writeFileSync(file, JSON.stringify({ ...CONNECTION, ...more }));
    expect(await readConnection(file)).toMatchObject(CONNECTION);
  });

  it.each([
    ['no port', { hb_port: undefined }, /got one in which hb_port: .*expected number/],
    ['a port that there is not', { shell_port: 70_000 }, /shell_port: .*<=65535/],
    ['another transport', { transport: 'udp' }, /transport: .*"tcp"\|"ipc"/],
    ['another signature', { signature_scheme: 'hmac-md5' }, /signature_scheme: .*"hmac-sha256"/],
    ['no key', { key: null }, /key: .*; start the kernel from Jupyter/],
  ])('with %s is refused', async (_, change, message) => {
    writeFileSync(file, JSON.stringify({ ...CONNECTION, ...change }));
    await expect(readConnection(file)).rejects.toThrow(message);
    await expect(readConnection(file)).rejects.toThrow(DataError);
  });

  it('that names a port in use says so', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    await expect(openSocket('shell', { ...CONNECTION, shell_port: port })).rejects.toThrow(
      new RegExp(
        `expected to listen on tcp://127.0.0.1:${port} \\(shell\\), got "Address already in use"`,
      ),
    );
    await new Promise((done) => server.close(done));
  });
});

describe('the kernel', () => {
  const start = fileURLToPath(new URL('../../dist/notebook/kernel/start.js', import.meta.url));
  beforeAll(ensureCompiled);

  it.each([
    ['is cut', '{"transport": "tcp", ', /^kernel: .*connection.json: expected JSON, got a text/],
    ['says too little', '{}', /^kernel: .*expected a connection file of Jupyter, got one in which/],
  ])('ends with one line if its connection file %s', (_, text, line) => {
    writeFileSync(file, text);
    const { status, stderr } = spawnSync(process.execPath, [start, file], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
