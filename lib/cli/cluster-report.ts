/** What `doctor --cluster` prints. */
import type { ClusterReport, WorkerReport } from '../cluster/examine.js';
import type { Member } from '../cluster/member.js';
import { ringBytes, type RingReport } from '../cluster/ring/examine.js';
import { count, table } from '../text.js';

/** Trainable parameters of the paper's network, F = 20, 19 classes (Table 4: 10.15 M). */
const PARAMETERS = 10.15e6;

/** Weights go to a worker and gradients come back, 4 bytes each. */
const BYTES_PER_PARAMETER = 2 * 4;

const rate = (bytesPerSecond: number) => `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`;

function versionsOf({ library, tensorflow, operations }: Member): string {
  const kernels = count(operations.length, 'kernel');
  return `autodeeplab ${library}, TensorFlow ${tensorflow}, ${kernels} of ours`;
}

const speedOf = (roundTripSeconds: number, bytesPerSecond: number) =>
  `${(1000 * roundTripSeconds).toFixed(1)} ms a step without work, ${rate(bytesPerSecond)}`;

function rowOf({ name, member, problem, roundTripSeconds, bytesPerSecond }: WorkerReport) {
  const versions = member === undefined ? '–' : versionsOf(member);
  const speed =
    roundTripSeconds === undefined || bytesPerSecond === undefined
      ? ''
      : speedOf(roundTripSeconds, bytesPerSecond);
  return [
    name,
    versions,
    problem === undefined ? speed || 'can be used' : 'cannot be used',
  ] as const;
}

/** What to expect of each step, from what was measured. */
function expectation({ workers }: ClusterReport): readonly string[] {
  const bytes = BYTES_PER_PARAMETER * PARAMETERS;
  const seconds = workers.reduce(
    (sum, { roundTripSeconds = 0, bytesPerSecond = NaN }) =>
      sum + roundTripSeconds + bytes / bytesPerSecond,
    0,
  );
  return Number.isNaN(seconds)
    ? []
    : [
        '',
        `The paper's network has 10.15 M parameters: each worker gets and sends ${(bytes / 1e6).toFixed(0)} MB a ` +
          `step, all of it through this machine, which takes about ${seconds.toFixed(2)} s a step, and its ` +
          'images besides. It is worth it where a step takes much longer than that.',
      ];
}

/** The report of a cluster as text. */
export function formatCluster(report: ClusterReport): string {
  const problems = report.workers.flatMap(({ problem }) =>
    problem === undefined ? [] : [problem],
  );
  return [
    'Cluster:',
    table(report.workers.map(rowOf), { align: 'left' }),
    ...(problems.length > 0
      ? ['', ...problems.map((problem) => `- ${problem}`)]
      : expectation(report)),
  ].join('\n');
}

/** The report of a ring as text. */
export function formatRing({
  processes,
  member,
  reduce,
  roundTripSeconds,
  bytesPerSecond,
}: RingReport): string {
  const bytes = ringBytes(processes.length, PARAMETERS);
  const seconds = roundTripSeconds + bytes / bytesPerSecond;
  return [
    'Ring:',
    table(
      processes.map((name, rank) => [`rank ${rank}`, name, versionsOf(member)]),
      { align: 'left' },
    ),
    `${speedOf(roundTripSeconds, bytesPerSecond)} from each process to the next, over ` +
      (reduce === 'nccl' ? 'NCCL' : "TensorFlow's servers"),
    '',
    `The paper's network has 10.15 M parameters: each process sends and gets ${(bytes / 1e6).toFixed(0)} MB a step, ` +
      `which takes about ${seconds.toFixed(2)} s. It is worth it where a step takes much longer than that.`,
  ].join('\n');
}
