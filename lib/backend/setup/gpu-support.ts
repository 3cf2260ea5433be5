/** Which GPUs the CUDA code in TensorFlow's wheel runs on; known before the wheel is fetched. */
import type { Gpu } from './gpus.js';
import { GPU_CODE, TENSORFLOW_VERSION } from './versions.js';

/**
 * What a wheel holds for a GPU: *ready* - machine code, *compiled* - only PTX, which the driver
 * compiles at first use, *none* - nothing: TensorFlow ignores the GPU.
 */
export type GpuSupport = 'ready' | 'compiled' | 'none';

/** A compute capability as major and minor, from `8.9` or `sm_89`. */
function parse(text: string): readonly [major: number, minor: number] {
  const digits = text.replace(/\D/g, '');
  return [Number(digits.slice(0, -1)), Number(digits.slice(-1))];
}

/** The text of a compute capability, from `sm_89`. */
function capabilityOf(code: string): string {
  return parse(code).join('.');
}

/**
 * What the wheel holds for a GPU.
 *
 * `sm_XY` is machine code for X.Y and for later GPUs of the same major version; `compute_XY` is that
 * and PTX, which also runs on everything later (NVIDIA, CUDA C++ Programming Guide, "Application
 * Compatibility").
 *
 * @param capability - compute capability, for example `8.9`; if undefined, it is not known: `ready`
 * @param codes - what the wheel was built for
 */
export function gpuSupport(
  capability: string | undefined,
  codes: readonly string[] = GPU_CODE,
): GpuSupport {
  if (capability === undefined) {
    return 'ready';
  }
  const [major, minor] = parse(capability);
  const hasMachineCode = codes.map(parse).some(([x, y]) => x === major && y <= minor);
  const hasPtx = codes
    .filter((code) => code.startsWith('compute_'))
    .map(parse)
    .some(([x, y]) => x < major || (x === major && y <= minor));
  if (hasMachineCode) {
    return 'ready';
  }
  return hasPtx ? 'compiled' : 'none';
}

/** True if TensorFlow can use at least one of the GPUs. */
export function hasUsableGpu(gpus: readonly Gpu[]): boolean {
  return gpus.some(({ capability }) => gpuSupport(capability) !== 'none');
}

/** Why TensorFlow does not use a GPU, or why it may not work well; undefined if all is well. */
export function describeSupport({ name, capability }: Gpu): string | undefined {
  const gpu = `${name} (compute capability ${capability})`;
  const tensorflow = `TensorFlow ${TENSORFLOW_VERSION}`;
  switch (gpuSupport(capability)) {
    case 'none':
      return `${tensorflow} has no code for ${gpu}; it starts at ${capabilityOf(GPU_CODE[0])}`;
    case 'compiled':
      return (
        `${tensorflow} has no machine code for ${gpu}: it is compiled at first use, which may ` +
        'take long, and fails for some users (tensorflow/tensorflow#101746)'
      );
    default:
      return undefined;
  }
}
