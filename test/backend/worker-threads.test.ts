import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { addonFile, findNativePackage } from '../../lib/backend/native-package.js';
import type { ThreadSettings } from '../../lib/backend/threads.js';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { backends } from '../helpers/backends.js';
import { scratchFolder } from './scratch-folder.js';

const OPERATIONS = ['AdlDepthwiseFilterGradient', 'AdlGroupBatchNorm', 'AdlGroupBatchNormGradient'];

/** What `worker-process.mjs` prints. */
interface Report {
  readonly codes: readonly number[];
  readonly results: readonly {
    readonly losses: readonly number[];
    readonly own?: readonly string[];
    readonly threads: ThreadSettings;
  }[];
}

function runWorkers(end: string) {
  const [script, library] = ['./worker-process.mjs', '../../dist'].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const result = spawnSync(process.execPath, [script, library, end], {
    encoding: 'utf8',
    timeout: 150_000,
  });
  expect(result.signal).toBeNull();
  return {
    status: result.status,
    stderr: result.stderr,
    report: JSON.parse(result.stdout) as Report,
  };
}

describe.runIf(backends.includes('tensorflow'))('the native backend in worker threads', () => {
  beforeAll(() => {
    ensureCompiled();
  });

  it.each([
    ['settled', 0],
    ['exit', 3],
  ])('computes alike in all of them, and the process ends cleanly: %s', (end, code) => {
    const { status, stderr, report } = runWorkers(end);
    expect(status).toBe(code);
    expect(stderr).toBe('');
    expect(report.codes).toEqual([0, 0, 0]);
    expect(report.results).toHaveLength(7);
    const [first] = report.results;
    expect(first.losses.at(-1)).toBeLessThan(first.losses[0]);
    for (const { losses, own, threads } of report.results) {
      expect(losses).toEqual(first.losses);
      expect(own).toEqual(OPERATIONS);
      expect(threads).toEqual(first.threads);
    }
  });
});

describe.runIf(backends.includes('tensorflow'))('two copies of the binding', () => {
  it('live in one process and share their operations', () => {
    const own = addonFile(findNativePackage()!);
    const other = join(scratchFolder(), 'lib', 'copy', 'tfjs_binding.node');
    mkdirSync(dirname(other), { recursive: true });
    copyFileSync(own, other);
    symlinkSync(join(dirname(own), '../../deps'), join(dirname(other), '../../deps'));
    const script = `
      const operations = process.argv.slice(1).map((file) => require(file).ownOperations);
      process.stdout.write(JSON.stringify(operations));`;
    const result = spawnSync(process.execPath, ['-e', script, own, other], { encoding: 'utf8' });
    expect([result.status, result.signal]).toEqual([0, null]);
    expect(JSON.parse(result.stdout)).toEqual([OPERATIONS, OPERATIONS]);
  });
});
