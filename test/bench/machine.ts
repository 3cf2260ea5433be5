/** The machine that was measured on. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, loadavg, platform, release, totalmem } from 'node:os';

/** Facts that belong to every result. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Versions that the child processes told, by name: `tensorflow`, `torch` and so on. */
  readonly versions: Readonly<Record<string, string>>;
  /** Processes that wanted to run at the start, averaged over a minute: other work on the machine. */
  readonly loadAtStart: number;
  readonly date: string;
  /** The commit of the sources, with `+` if they were changed since; null outside of git. */
  readonly commit: string | null;
}

function git(folder: string, ...parameters: string[]): string | undefined {
  try {
    return execFileSync('git', parameters, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function commitOf(folder: string): string | null {
  const commit = git(folder, 'rev-parse', '--short=12', 'HEAD');
  return commit === undefined ? null : commit + (git(folder, 'status', '--porcelain') ? '+' : '');
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The machine as it is now. */
export function describeMachine(folder: string): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    versions: {},
    loadAtStart: round(loadavg()[0]),
    date: new Date().toISOString(),
    commit: commitOf(folder),
  };
}

/** The machine with the versions that rows name. */
export function withVersions(
  machine: Machine,
  rows: readonly { readonly versions: Readonly<Record<string, string>> }[],
): Machine {
  const entries = rows.flatMap((row) => Object.entries(row.versions));
  return {
    ...machine,
    versions: Object.fromEntries(entries.filter(([name]) => name !== 'node')),
  };
}

/** Memory that new processes can take, in MiB. */
export function availableMiB(): number {
  try {
    const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    return found ? Number(found[1]) / 1024 : freemem() / 2 ** 20;
  } catch {
    return freemem() / 2 ** 20;
  }
}
