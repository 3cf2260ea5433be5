/**
 * Marks on the kernels of a computation while it is traced; outside of tracing they do nothing.
 *
 * A network marks the parts of its forward pass that the backward pass may compute again; whether it
 * does is decided when the step is compiled (`passes/recompute.ts`).
 */

let regions = 0;
let region: number | undefined;
let forward = false;

/** The marks of a kernel. */
export interface Marks {
  readonly region?: number | undefined;
  readonly forward?: boolean;
}

/** The marks of kernels that run now. */
export function currentMarks(): Marks {
  return { ...(region !== undefined && { region }), ...(forward && { forward }) };
}

/**
 * Runs `f`, a part of a network whose inner values the backward pass may compute again instead of
 * keeping them. A part inside another belongs to the outer one.
 */
export function recomputable<T>(f: () => T): T {
  if (region !== undefined) {
    return f();
  }
  region = regions++;
  try {
    return f();
  } finally {
    region = undefined;
  }
}

/** Runs `f`, the function that is being differentiated: its kernels are the forward pass. */
export function forwardPass<T>(f: () => T): T {
  const before = forward;
  forward = true;
  try {
    return f();
  } finally {
    forward = before;
  }
}
