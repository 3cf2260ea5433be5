/** Chooses the form of TensorFlow to set up on this machine. */
import { describeSupport, hasUsableGpu } from './gpu-support.js';
import { findGpus } from './gpus.js';
import { wheelTarget, type Variant } from './machine.js';

/**
 * The best variant that this machine could use.
 *
 * @param onProgress - receives a line for each GPU that TensorFlow cannot use, or may not
 */
export async function bestVariant(
  environment: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<Variant> {
  const canUseGpu = wheelTarget()?.packages.gpu !== undefined || process.platform === 'win32';
  const gpus = canUseGpu ? await findGpus(environment) : [];
  gpus.flatMap((gpu) => describeSupport(gpu) ?? []).forEach(onProgress);
  return hasUsableGpu(gpus) ? 'gpu' : 'cpu';
}
