/** `autodeeplab doctor`: reports what is there, what is missing, and the command that fixes it. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { diagnose } from '../backend/diagnose.js';
import type { BackendState, Diagnosis } from '../backend/diagnosis.js';
import type { Gpu } from '../backend/setup/gpus.js';
import { chosenThreads, threadsFor, type Work } from '../backend/threads.js';
import { examineCluster } from '../cluster/examine.js';
import type { ClusterRequest } from '../cluster/open-cluster.js';
import { examineRing } from '../cluster/ring/examine.js';
import type { RingRequest } from '../cluster/ring/request.js';
import { BackendError, ConfigError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { FOLDER_VARIABLE, graphFolder, useOf } from '../runtime/compiled/graph-folder.js';
import { count, table } from '../text.js';
import { isRight } from '../verify/verify.js';
import { addClusterOptions, machinesFrom, warnOfRing, type ClusterFlags } from './cluster-flags.js';
import { formatCluster, formatRing } from './cluster-report.js';
import { EXIT } from './report-error.js';
import {
  formatVerification,
  jsonText,
  verificationDocument,
  verifyWatched,
} from './verification.js';

function describeState(state: BackendState): string {
  if (!state.works) {
    return `does not work: ${state.reason}`;
  }
  const { intra, inter } = state.threads;
  return `works: ${state.version}, ${state.detail}, threads: ${intra} per kernel, ${count(inter, 'kernel')} at once`;
}

/** Threads of compiled programs by kind of work; TF_NUM_INTRAOP_THREADS and … override them. */
function describeThreads(): string {
  const chosen = chosenThreads({}, process.env);
  const counts = (work: Work) => {
    const { intra, inter } = threadsFor(work, chosen);
    return `${intra} per kernel, ${inter} at once`;
  };
  return `search ${counts('branches')}; retraining and prediction ${counts('chain')}`;
}

/** What the processor has for bfloat16, and what the precision auto would be. */
function describeBfloat16({ machine, precision }: Diagnosis): string {
  const has =
    machine.bfloat16.length > 0
      ? `instructions ${machine.bfloat16.join(', ')}`
      : 'no instructions known: slower than float32, most likely';
  return `${has}; --precision auto takes ${precision}`;
}

function describeGpu({ name, driver, capability }: Gpu): string {
  return `${name}, driver ${driver}, compute capability ${capability ?? 'unknown'}`;
}

/** Where compiled steps are kept, and how much of them. */
export function describeGraphs(environment: NodeJS.ProcessEnv): string {
  const place = graphFolder(environment);
  if (place === undefined) {
    return `not kept: ${FOLDER_VARIABLE} is none`;
  }
  const { files, bytes } = useOf(place);
  const [used, limit] = [bytes, place.limit].map((size) => Math.ceil(size / 2 ** 20));
  return `${place.folder}, ${count(files, 'graph')}, ${used} of ${limit} MiB`;
}

/** The report as rows of a name and a value. */
function rowsOf(diagnosis: Diagnosis): readonly (readonly [string, string])[] {
  const { node, machine, tools, gpus, packages, native, wasm, backend, cache } = diagnosis;
  const { python, compiler } = tools;
  return [
    ['node', `${node.version}, Node-API ${node.nodeApi}`],
    ['machine', `${machine.platform}, ${machine.processor}`],
    ['cores', `${machine.cores}`],
    ['memory', `${machine.memoryGiB} GiB, ${machine.freeMemoryGiB} GiB free`],
    [
      'python',
      python ? `${python.version} (${python.command}), pip ${python.pip ?? 'missing'}` : 'missing',
    ],
    ['compiler', compiler ? `${compiler.version} (${compiler.command})` : 'missing'],
    ['NVIDIA GPU', gpus.length === 0 ? 'none' : gpus.map(describeGpu).join('; ')],
    ...Object.entries(packages).map(([name, version]) => [name, version ?? 'missing'] as const),
    ['tensorflow', describeState(native) + (native.origin ? `, from ${native.origin}` : '')],
    ['wasm', describeState(wasm)],
    ['native threads', describeThreads()],
    ['bfloat16', describeBfloat16(diagnosis)],
    ['cache', cache],
    ['compiled steps', describeGraphs(process.env)],
    ['auto takes', backend ?? 'none'],
  ];
}

/** The whole report as text. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const rows = table(rowsOf(diagnosis), { align: 'left' });
  const findings = diagnosis.findings.map(({ problem, fix }) => `- ${problem}; ${fix}`);
  return [rows, '', ...(findings.length > 0 ? findings : ['Nothing is missing.'])].join('\n');
}

interface DoctorFlags extends ClusterFlags {
  readonly verify: boolean;
  readonly backend?: BackendChoice;
  /** True: to standard output; a text: to this file. */
  readonly json: boolean | string;
}

/** Prints a report as text or as JSON, or prints it as text and writes it as JSON. */
async function present(text: () => string, document: object, to: boolean | string): Promise<void> {
  console.log(to === true ? jsonText(document) : text());
  if (typeof to === 'string') {
    await writeFileAtomic(to, `${jsonText(document)}\n`);
  }
}

/** Throws unless the backend that is asked for works. */
function checkWorks(backend: BackendChoice, { native, wasm }: Diagnosis): void {
  const state = { auto: undefined, tensorflow: native, wasm }[backend];
  if (state && !state.works) {
    throw new BackendError(
      `doctor: expected the ${backend} backend to work, got: ${state.reason}; run doctor without ` +
        '--verify to see what fixes it',
    );
  }
}

async function runVerification(
  diagnosis: Diagnosis,
  { backend = 'auto', json }: DoctorFlags,
): Promise<void> {
  checkWorks(backend, diagnosis);
  const found = await verifyWatched(backend);
  if (found === undefined) {
    return;
  }
  const text = () => `${formatDiagnosis(diagnosis)}\n\n${formatVerification(found, json)}`;
  await present(text, verificationDocument(diagnosis, found), json);
  if (!isRight(found)) {
    process.exitCode = EXIT.error;
  }
}

/** Tests the workers of a cluster, besides this machine. */
async function runExamination(
  diagnosis: Diagnosis,
  cluster: ClusterRequest,
  json: DoctorFlags['json'],
): Promise<void> {
  checkWorks('tensorflow', diagnosis);
  const report = await examineCluster(cluster, (text) => {
    console.error(text);
  });
  const text = () => `${formatDiagnosis(diagnosis)}\n\n${formatCluster(report)}`;
  await present(text, { ...diagnosis, cluster: report }, json);
  if (report.devices.length === 0) {
    process.exitCode = EXIT.error;
  }
}

/** Tests the processes of a ring, of which this is one. */
async function runRingExamination(
  diagnosis: Diagnosis,
  ring: RingRequest,
  json: DoctorFlags['json'],
): Promise<void> {
  checkWorks('tensorflow', diagnosis);
  warnOfRing(ring);
  const onNote = (text: string) => {
    console.error(`rank ${ring.rank}: ${text}`);
  };
  const report = await examineRing(ring, { onNote });
  if (report === undefined) {
    onNote('all processes are there and compute; rank 0 has the report');
    return;
  }
  const text = () => `${formatDiagnosis(diagnosis)}\n\n${formatRing(report)}`;
  await present(text, { ...diagnosis, ring: report }, json);
}

async function runDoctor(flags: DoctorFlags): Promise<void> {
  const { verify, backend, json } = flags;
  const machines = await machinesFrom(flags);
  if (machines === 'worked') {
    return;
  }
  const { cluster, ring } = machines;
  if ((cluster ?? ring) !== undefined && verify) {
    const flag = cluster === undefined ? '--ring' : '--cluster';
    throw new ConfigError(`${flag}: expected it without --verify, got both; run doctor twice`);
  }
  if (backend !== undefined && !verify) {
    throw new ConfigError('--backend: expected --verify with it, got none; pass both');
  }
  const diagnosis = await diagnose();
  if (diagnosis.backend === undefined) {
    process.exitCode = EXIT.error;
  }
  if (cluster !== undefined) {
    await runExamination(diagnosis, cluster, json);
  } else if (ring !== undefined) {
    await runRingExamination(diagnosis, ring, json);
  } else if (verify) {
    await runVerification(diagnosis, flags);
  } else {
    await present(() => formatDiagnosis(diagnosis), diagnosis, json);
  }
}

/** The command `doctor`; its exit code is 0 if some backend works and, if verified, is right. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('report which backends work here, what is missing and the command that fixes it')
    .option(
      '--verify',
      'also compare what this machine computes with PyTorch and with itself, in about two minutes',
      false,
    )
    .addOption(
      new Option('--backend <name>', 'the backend to verify; auto if left out').choices([
        'auto',
        'tensorflow',
        'wasm',
      ]),
    )
    .option('--json [file]', 'print everything as JSON, or write it into a file', false)
    .action(runDoctor);
  return addClusterOptions(command);
}
