/** `autodeeplab doctor`: reports what is there, what is missing, and the command that fixes it. */
import { Command } from 'commander';
import { diagnose } from '../backend/diagnose.js';
import type { BackendState, Diagnosis } from '../backend/diagnosis.js';
import type { Gpu } from '../backend/setup/gpus.js';
import { chosenThreads, threadsFor, type Work } from '../backend/threads.js';
import { count, table } from '../text.js';
import { EXIT } from './report-error.js';

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

function describeGpu({ name, driver, capability }: Gpu): string {
  return `${name}, driver ${driver}, compute capability ${capability ?? 'unknown'}`;
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
    ['cache', cache],
    ['auto takes', backend ?? 'none'],
  ];
}

/** The whole report as text. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const rows = table(rowsOf(diagnosis), { align: 'left' });
  const findings = diagnosis.findings.map(({ problem, fix }) => `- ${problem}; ${fix}`);
  return [rows, '', ...(findings.length > 0 ? findings : ['Nothing is missing.'])].join('\n');
}

async function runDoctor({ json }: { readonly json: boolean }): Promise<void> {
  const diagnosis = await diagnose();
  console.log(json ? JSON.stringify(diagnosis, undefined, 2) : formatDiagnosis(diagnosis));
  if (diagnosis.backend === undefined) {
    process.exitCode = EXIT.error;
  }
}

/** The command `doctor`; its exit code is 0 if some backend works. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('report which backends work here, what is missing and the command that fixes it')
    .option('--json', 'print everything as JSON', false)
    .action(runDoctor);
}
