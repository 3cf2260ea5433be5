/** Finds the NVIDIA GPUs of the machine. */
import { runCommand } from './run-command.js';

/** An NVIDIA GPU, as its driver reports it. */
export interface Gpu {
  readonly name: string;
  /** Version of the driver. */
  readonly driver: string;
  /** Compute capability, for example `8.9`; undefined where the driver is too old to tell. */
  readonly capability: string | undefined;
}

const QUERY_MS = 20_000;

/** The columns to ask for; a driver that does not know the first list is asked for the second. */
const QUERIES = ['name,driver_version,compute_cap', 'name,driver_version'];

function readGpu(line: string): readonly Gpu[] {
  const [name, driver, capability = ''] = line.split(',').map((part) => part.trim());
  return driver === undefined
    ? []
    : [{ name, driver, capability: /^\d+\.\d+$/.test(capability) ? capability : undefined }];
}

/** The NVIDIA GPUs that nvidia-smi lists, unless CUDA_VISIBLE_DEVICES hides them all. */
export async function findGpus(environment: NodeJS.ProcessEnv): Promise<readonly Gpu[]> {
  if (['', '-1'].includes(environment.CUDA_VISIBLE_DEVICES?.trim() ?? 'all')) {
    return [];
  }
  for (const columns of QUERIES) {
    const parameters = [`--query-gpu=${columns}`, '--format=csv,noheader'];
    const options = { environment, timeoutMs: QUERY_MS };
    const result = await runCommand('nvidia-smi', parameters, options);
    if (result.code === 0) {
      return result.stdout.split('\n').flatMap(readGpu);
    }
  }
  return [];
}
