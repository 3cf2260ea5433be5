/** `npm run bench:replicas`: what it costs that replicas are in several devices or processes. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describeMachine } from './machine.js';
import { FORMULA, measuredOf, onPaper } from './replicas/on-paper.js';
import type { ReplicaRow } from './replicas/row.js';
import { table } from './report.js';

/** A network with the loopback address alone: TensorFlow's server listens on every interface. */
const NAMESPACE = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
const START = 'ip link set lo up && exec "$0" "$@"';

interface Flags {
  readonly only: string;
  readonly runs: string;
  readonly json?: string;
}

const { only, runs, json } = new Command('npm run bench:replicas --')
  .description(
    'Two replicas on one device, on two processors, in two processes over grpc, and in a ring; and what more ' +
      'machines would give, on paper',
  )
  .option('--only <name>', 'works whose names begin with this', '')
  .option('--runs <n>', 'measured steps of each', '10')
  .option('--json <file>', 'write the results to this file')
  .parse()
  .opts<Flags>();

const child = fileURLToPath(new URL('replicas/child.js', import.meta.url));
const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
const { status, stdout } = spawnSync(
  'unshare',
  [...user, ...NAMESPACE, 'sh', '-c', START, process.execPath, child, only, runs],
  {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    // One thread for each of two processes, against two threads of one.
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' },
  },
);
if (status !== 0) {
  throw new Error(
    'expected a network namespace and the built library, see above; needs Linux, unshare, ip, and npm run setup',
  );
}
const rows = stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ReplicaRow);
const firstOf = ({ work }: ReplicaRow) => rows.find((row) => row.work === work)!;
const ratio = (a: number | null, b: number | null) =>
  a === null || b === null ? '' : (a / b).toFixed(2);
const lines = rows.map((row) => {
  const first = firstOf(row);
  return [
    row.work,
    row.place,
    ratio(row.medianSeconds, first.medianSeconds),
    ratio(row.leastSeconds, first.leastSeconds),
    row.bytes === null ? '' : (row.bytes / 1e6).toFixed(1),
    row.openSeconds.toFixed(1),
    ratio(row.openSeconds, first.openSeconds),
  ];
});
const heading = ['work', 'replicas', 'median', 'least', 'MB a step', 'opens, s', 'opens'];
console.log(table([heading, ...lines], 2));
for (const { work } of rows.filter((row) => row === firstOf(row))) {
  const measured = measuredOf(rows, work);
  if (measured !== undefined) {
    const { stepSeconds, bytes } = measured;
    const inputs = `t = ${stepSeconds.toFixed(3)} s, S = ${(bytes / 1e6).toFixed(1)} MB`;
    console.log(
      `\n${work}, on paper, times as fast as one machine (${inputs}):\n\n${onPaper(measured)}`,
    );
  }
}
console.log(`\n${FORMULA}`);
if (json !== undefined) {
  writeFileSync(
    json,
    `${JSON.stringify({ machine: describeMachine(process.cwd()), rows }, undefined, 2)}\n`,
  );
}
