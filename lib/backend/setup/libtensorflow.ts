/** Fetches TensorFlow's C library from its Python wheel into the cache. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BackendError } from '../../errors.js';
import { completeFolder, isComplete } from './complete-folder.js';
import type { SetupContext } from './context.js';
import type { Variant, WheelTarget } from './machine.js';
import { findPython, type Python } from './tools.js';
import { TENSORFLOW_VERSION } from './versions.js';
import { downloadWheels, unpackWheel } from './wheel.js';

/** The C library, the framework library and the headers that the addons include. */
const TENSORFLOW_FILES =
  /tensorflow\/(libtensorflow_(cc|framework)\.|include\/(tensorflow\/(c|core\/platform|tsl)|tsl|xla\/tsl|absl)\/)/;

/** The shared libraries of a CUDA wheel, and the tools that TensorFlow calls. */
const CUDA_FILES = /nvidia\/[^/]+\/(lib\/|bin\/ptxas|nvvm\/libdevice\/)/;

/** The CUDA requirements among `Requires-Dist` lines: those of the extra `and-cuda`. */
export function cudaRequirements(requires: readonly string[]): readonly string[] {
  return requires
    .filter((line) => /;.*extra\s*==\s*["']and-cuda["']/.test(line))
    .map((line) => line.split(';')[0].trim());
}

/** The folder of a variant's C library in the cache; in it `tensorflow/` and for a GPU `nvidia/`. */
export function libtensorflowFolder(cache: string, target: WheelTarget, variant: Variant): string {
  return join(cache, `libtensorflow-${TENSORFLOW_VERSION}-${target.machine}-${variant}`);
}

async function fetchCuda(
  context: SetupContext,
  python: Python,
  requirements: readonly string[],
  target: WheelTarget,
  folder: string,
): Promise<void> {
  context.onProgress(`downloading CUDA: ${requirements.length} wheels, about 3 GB`);
  const wheels = join(folder, 'cuda-wheels');
  mkdirSync(wheels);
  for (const file of await downloadWheels(
    context,
    python,
    requirements,
    target.platforms,
    wheels,
  )) {
    await unpackWheel(context, python, file, folder, CUDA_FILES);
  }
  rmSync(wheels, { recursive: true });
}

async function fetchTensorflow(
  context: SetupContext,
  python: Python,
  target: WheelTarget,
  variant: Variant,
  folder: string,
): Promise<void> {
  const requirement = `${target.packages[variant]}==${TENSORFLOW_VERSION}`;
  const size = variant === 'gpu' ? '600 MB' : '270 MB';
  context.onProgress(`downloading the wheel ${requirement} with pip, about ${size}`);
  const wheels = join(folder, 'wheels');
  mkdirSync(wheels);
  const [wheel] = await downloadWheels(context, python, [requirement], target.platforms, wheels);
  context.onProgress('unpacking the C library');
  const report = await unpackWheel(context, python, wheel, folder, TENSORFLOW_FILES);
  rmSync(wheels, { recursive: true });
  for (const library of target.libraries) {
    if (!existsSync(join(folder, 'tensorflow', library))) {
      throw new BackendError(
        `the wheel ${requirement} was expected to hold ${library}, but does not`,
      );
    }
  }
  if (variant === 'gpu') {
    await fetchCuda(context, python, cudaRequirements(report.requires), target, folder);
  }
}

/**
 * Puts the C library of a variant into the cache, unless it is there.
 *
 * @returns its folder, see {@link libtensorflowFolder}
 * @throws {@link BackendError} if there is no Python, no wheel or no network; the message says which
 */
export async function ensureLibtensorflow(
  context: SetupContext,
  target: WheelTarget,
  variant: Variant,
): Promise<string> {
  const folder = libtensorflowFolder(context.cache, target, variant);
  if (isComplete(folder)) {
    return folder;
  }
  const python = await findPython(context.environment);
  if (python === undefined) {
    throw new BackendError(
      'no Python was found to fetch TensorFlow with; install it (Debian and Ubuntu: apt-get install python3-pip), or name it in AUTODEEPLAB_PYTHON',
    );
  }
  await completeFolder(folder, (temporary) =>
    fetchTensorflow(context, python, target, variant, temporary),
  );
  return folder;
}
