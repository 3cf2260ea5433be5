/** Runs an ONNX model by onnxruntime. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from '../../helpers/find-python.js';

const script = fileURLToPath(new URL('./onnx_model.py', import.meta.url));

/** A Python that has onnx and onnxruntime; undefined if there is none. */
export const python = findPython('onnx', 'onnxruntime');

/** What tests that need it say. */
export const NEEDS_PYTHON = '(skipped without a Python that has onnx and onnxruntime)';

/**
 * Checks a model and runs it.
 *
 * @param file - of the model
 * @param images - of the input `image`, of this shape, channels last
 * @param folder - for files that are handed over
 */
export function inPython(
  file: string,
  images: Float32Array,
  shape: readonly number[],
  folder: string,
) {
  const out = mkdtempSync(path.join(folder, 'results-'));
  const input = path.join(out, 'image.bin');
  writeFileSync(input, images);
  execFileSync(python!, [script, file, input, out, ...shape.map(String)], { stdio: 'pipe' });
  const read = (name: string) => new Uint8Array(readFileSync(path.join(out, name))).buffer;
  return {
    signature: JSON.parse(readFileSync(path.join(out, 'signature.json'), 'utf8')) as unknown,
    floats: (name: string) => new Float32Array(read(`${name}.bin`)),
    integers: (name: string) => new Int32Array(read(`${name}.bin`)),
  };
}
