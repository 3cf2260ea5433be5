/** Whether the processor computes in bfloat16. */
import { readFileSync } from 'node:fs';

/** Instructions that multiply in bfloat16, as Linux names them; TensorFlow's convolutions use them. */
export const BFLOAT16_INSTRUCTIONS = ['amx_bf16', 'avx512_bf16'] as const;

/** What the choice of a precision follows from. */
export interface PrecisionPlace {
  /** Whether steps run as graphs, as they do on the native backend. */
  readonly isCompiled: boolean;
  readonly isGpu: boolean;
  /** The processor's instructions for bfloat16. */
  readonly instructions: readonly string[];
}

/** Whether bfloat16 is known to be faster: in graphs on a CPU with instructions for it. */
export function gainsByBfloat16({ isCompiled, isGpu, instructions }: PrecisionPlace): boolean {
  return isCompiled && !isGpu && instructions.length > 0;
}

/** What Linux says of the processor; empty on other systems. */
function readProcessor(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/**
 * The instructions for bfloat16 that the processor has; none where that is not known.
 *
 * @param processor - the text of /proc/cpuinfo
 */
export function bfloat16Instructions(
  processor = readProcessor(),
): readonly (typeof BFLOAT16_INSTRUCTIONS)[number][] {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(processor)?.[1].trim().split(/\s+/));
  return BFLOAT16_INSTRUCTIONS.filter((name) => flags.has(name));
}
