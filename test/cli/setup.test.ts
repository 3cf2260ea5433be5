import { afterEach, describe, expect, it, vi } from 'vitest';
import { setupCommand } from '../../lib/cli/setup.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('setup', () => {
  it('builds nothing with --backend wasm, and says which backend auto takes', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await setupCommand().parseAsync(['--backend', 'wasm'], { from: 'user' });
    const lines = log.mock.calls.map(([line]) => String(line));
    expect(lines).toEqual([
      'setup: wasm was asked for: nothing to build',
      'setup: auto takes wasm (0 s)',
    ]);
  });

  it('refuses an unknown backend', async () => {
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const command = setupCommand().exitOverride();
    const promise = command.parseAsync(['--backend', 'cuda'], { from: 'user' });
    await expect(promise).rejects.toThrow('Allowed choices are auto, tensorflow, wasm');
  });
});
