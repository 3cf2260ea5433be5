/**
 * Marks on a computation that is being traced; elsewhere they do nothing.
 *
 * A network says which parts of its forward pass may be computed again in the backward pass; whether
 * they are is decided when the step is compiled (`passes/recompute.ts`).
 */

let regions = 0;
let region: number | undefined;
let forward = false;

/** What a kernel that runs now is marked with. */
export interface Marks {
  readonly region?: number | undefined;
  readonly forward?: boolean;
}

/** The marks in force. */
export function currentMarks(): Marks {
  return { ...(region !== undefined && { region }), ...(forward && { forward }) };
}

/**
 * Runs `f`, a part of a network whose inner values the backward pass may compute again instead of
 * keeping them. Parts inside a part belong to it.
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

/** Runs `f`, the function that is being differentiated; what runs outside is not kept apart. */
export function forwardPass<T>(f: () => T): T {
  const before = forward;
  forward = true;
  try {
    return f();
  } finally {
    forward = before;
  }
}
