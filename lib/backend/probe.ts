/** Tries a backend in a process of its own, where a library that crashes does no harm. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { helperFile } from './native-package.js';
import { PREPARE_NODE_SCRIPT } from './node-compatibility.js';
import { errorLineOf, lastLine, runCommand } from './setup/run-command.js';

/** What a backend did in a process of its own. */
export type ProbeResult =
  | { readonly works: true; readonly version: string; readonly detail: string }
  | { readonly works: false; readonly reason: string };

const PROBE_MS = 120_000;

/** Both scripts multiply [[1, 2], [3, 4]] by itself; they print version, detail and the product. */
const REPORT = `
const report = (tf, version, detail) => {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const product = Array.from(tf.matMul(x, x).dataSync());
  require('node:fs').writeSync(1, JSON.stringify({ version, detail, product }) + '\\n');
};
`;

const NATIVE = `
${PREPARE_NODE_SCRIPT}
${REPORT}
const [folder, helper] = process.argv.slice(1);
try { require(helper); } catch {}
const tf = require(folder);
const backend = tf.backend();
report(tf, backend.binding.TF_Version, backend.isUsingGpuDevice ? 'gpu' : 'cpu');
`;

const WASM = `
${REPORT}
const { createRequire } = require('node:module');
const load = createRequire(process.argv[1]);
const tf = load('@tensorflow/tfjs-core');
const wasm = load('@tensorflow/tfjs-backend-wasm');
tf.setBackend('wasm').then(async (started) => {
  if (!started) throw new Error('tfjs could not start it');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  report(tf, wasm.version_wasm, simd ? 'with SIMD' : 'without SIMD');
});
`;

interface Report {
  readonly version: string;
  readonly detail: string;
  readonly product: readonly number[];
}

async function probe(
  script: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ProbeResult> {
  const result = await runCommand(process.execPath, ['-e', script, ...parameters], {
    environment: { TF_CPP_MIN_LOG_LEVEL: '2', ...environment },
    timeoutMs: PROBE_MS,
  });
  if (result.code !== 0) {
    const isLate = result.code === 124;
    return { works: false, reason: isLate ? 'it did not answer' : errorLineOf(result.stderr) };
  }
  const { version, detail, product } = JSON.parse(lastLine(result.stdout)) as Report;
  return product.join() === '7,10,15,22'
    ? { works: true, version, detail }
    : { works: false, reason: `it multiplies wrongly: expected 7,10,15,22, got ${product.join()}` };
}

/**
 * Loads native TensorFlow in another process and computes with it.
 *
 * @param packageFolder - folder of `@tensorflow/tfjs-node-gpu`
 * @returns the version of TensorFlow and its device (`cpu` or `gpu`), or why it does not work
 */
export function probeNative(
  packageFolder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ProbeResult> {
  return probe(NATIVE, [packageFolder, helperFile(packageFolder)], environment);
}

/** Starts the wasm backend in another process and computes with it. */
export function probeWasm(environment: NodeJS.ProcessEnv = process.env): Promise<ProbeResult> {
  const own = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return probe(WASM, [join(own, '..', 'package.json')], environment);
}
