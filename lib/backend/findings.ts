/** What is missing on a machine, and what fixes it. */
import type { Diagnosis, Finding } from './diagnosis.js';
import { SETUP_COMMAND } from './native-package.js';

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

/**
 * Lists what is wrong, the cause before the effect.
 *
 * @param diagnosis - what was seen
 * @param nativeFix - what fixes the native backend, if it does not work
 */
export function findFindings(
  diagnosis: Omit<Diagnosis, 'findings'>,
  nativeFix: string | undefined,
): readonly Finding[] {
  const { node, native, wasm, gpus } = diagnosis;
  const findings: Finding[] = [];
  if (!node.isSupported) {
    const problem = `Node ${node.version} was not tried`;
    findings.push({ problem, fix: 'use Node 20 (20.19 or later) or 22' });
  }
  if (!native.works) {
    findings.push(...missingTools(diagnosis), {
      problem: `the tensorflow backend does not work: ${native.reason}`,
      fix: nativeFix ?? `run: ${SETUP_COMMAND}`,
    });
  } else if (gpus.length > 0 && native.detail !== 'gpu') {
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
