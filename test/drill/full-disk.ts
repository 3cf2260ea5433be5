/**
 * A disk that is too small: a tmpfs of a share of what the run needs. The error says so, and with more
 * space the run comes to the right results.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Drill, Trial } from './drill.js';
import type { Field } from './field.js';
import type { Outcome } from './figures.js';
import { childFile, MAIN } from './places.js';
import { endOf, environmentWith } from './process.js';

/** A process in a namespace of its own, where it may mount. */
const UNSHARE = ['unshare', '--user', '--map-root-user', '--mount'];

const SHARES = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

const PAGE = 4096;

/** What the files of a folder take on a tmpfs, in bytes. */
function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.reduce((total, { parentPath, name }) => {
    const { size } = statSync(path.join(parentPath, name));
    return total + PAGE * Math.ceil(size / PAGE);
  }, 0);
}

interface Result {
  readonly code: number | null;
  readonly output: string;
}

async function run(field: Field, share: number): Promise<Outcome> {
  const { command, ground, reference } = field;
  const place = field.place();
  const disk = path.join(place.own, 'disk');
  const folder = path.join(disk, 'run');
  mkdirSync(disk);
  const kilobytes = Math.ceil((share * sizeOf(reference.folder)) / 1024);
  const request = {
    disk,
    kilobytes,
    folder,
    copy: place.folder,
    main: MAIN,
    begin: command.begin(ground, folder),
    resume: command.resume(ground, folder),
  };
  const [program, ...parameters] = UNSHARE;
  const child = spawn(
    program,
    [...parameters, process.execPath, childFile('full-disk.mjs'), JSON.stringify(request)],
    { env: environmentWith({}), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = await endOf(child);
  if (ended.code !== 0) {
    return { figures: {}, problems: [ended.output] };
  }
  const { first, second } = JSON.parse(ended.output) as { first: Result; second?: Result };
  const isSaid = first.code === 1 && first.output.includes('the disk is full');
  const problems =
    isSaid || second === undefined ? [] : [`exit code ${first.code}: ${first.output}`];
  const figures = second === undefined ? { runs: 1 } : { runs: 2, resumes: 1 };
  const judged = await field.judge(place, { ...(second ?? first), signal: null }, figures);
  return { ...judged, problems: [...problems, ...judged.problems] };
}

export const fullDisk: Drill = {
  name: 'full disk',
  obstacle: () => {
    const probe = 'mount -t tmpfs -o size=64k tmpfs /tmp';
    const [program, ...parameters] = UNSHARE;
    const { status } = spawnSync(program, [...parameters, 'sh', '-c', probe]);
    return status === 0 ? undefined : 'no namespace in which a tmpfs can be mounted';
  },
  trials: (field) =>
    SHARES.map((share): Trial => ({
      what: `${share} of the space`,
      run: () => run(field, share),
    })),
};
