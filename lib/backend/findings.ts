/** What is missing on a machine, and what fixes it. */
import type { Diagnosis, Finding } from './diagnosis.js';
import { SETUP_COMMAND } from './native-package.js';
import { findNodeProblem } from './node-compatibility.js';
import { describeSupport, gpuSupport, hasUsableGpu } from './setup/gpu-support.js';
import type { Gpu } from './setup/gpus.js';
import { WINDOWS_ADVICE } from './setup/machine.js';

const APT = 'on Debian and Ubuntu run: apt-get install';

/** What the native set-up needs and does not find. */
function missingTools({ tools: { python, compiler } }: Pick<Diagnosis, 'tools'>): Finding[] {
  const findings: Finding[] = [];
  if (python?.pip === undefined) {
    const what = python === undefined ? 'there is no Python' : 'Python has no pip';
    findings.push({ problem: `${what} to fetch TensorFlow with`, fix: `${APT} python3-pip` });
  }
  if (compiler === undefined) {
    findings.push({ problem: 'there is no C++ compiler', fix: `${APT} g++` });
  }
  return findings;
}

/** What is wrong with a GPU; nothing if TensorFlow's wheel has machine code for it. */
function unsupportedGpu(gpu: Gpu): Finding[] {
  const problem = describeSupport(gpu);
  if (problem === undefined) {
    return [];
  }
  const fix =
    gpuSupport(gpu.capability) === 'none'
      ? 'the set-up takes the CPU version'
      : `if it fails, set CUDA_VISIBLE_DEVICES=-1 and run: ${SETUP_COMMAND}`;
  return [{ problem, fix }];
}

/** Why the native backend does not work: on Windows nothing can be installed for it. */
function missingNative(diagnosis: Omit<Diagnosis, 'findings'>, fix: string): Finding[] {
  const { native, machine } = diagnosis;
  if (native.works) {
    return [];
  }
  const problem = `the tensorflow backend does not work: ${native.reason}`;
  return machine.platform.startsWith('win32')
    ? [{ problem, fix: WINDOWS_ADVICE }]
    : [...missingTools(diagnosis), { problem, fix }];
}

/**
 * Lists what is wrong, the cause before the effect.
 *
 * @param diagnosis - what was seen
 * @param nativeFix - what fixes the native backend, if it does not work
 */
export function findFindings(
  diagnosis: Omit<Diagnosis, 'findings'>,
  nativeFix = `run: ${SETUP_COMMAND}`,
): readonly Finding[] {
  const { node, native, wasm, gpus } = diagnosis;
  const findings: Finding[] = [];
  const nodeProblem = findNodeProblem(node.version);
  if (nodeProblem !== undefined) {
    findings.push(nodeProblem);
  }
  findings.push(...gpus.flatMap(unsupportedGpu), ...missingNative(diagnosis, nativeFix));
  if (native.works && hasUsableGpu(gpus) && native.detail !== 'gpu') {
    findings.push({
      problem: 'an NVIDIA GPU is there, but TensorFlow runs on the CPU',
      fix: `run: ${SETUP_COMMAND} --force`,
    });
  }
  if (!wasm.works) {
    const problem = `the wasm backend does not work: ${wasm.reason}`;
    findings.push({ problem, fix: 'run: npm ci' });
  }
  return findings;
}
