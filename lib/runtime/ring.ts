/** A ring: equal processes, each with one replica and the whole state, that exchange their means. */

/** The ring that a program is part of, as this process sees it. */
export interface Ring {
  /** Number of this process's replica, from 0. */
  readonly rank: number;
  /** TensorFlow's names of the tasks of all processes, by rank; the first one leads. */
  readonly tasks: readonly string[];
  /** *ring* - TensorFlow's own, over its servers. *nccl* - NVIDIA's, between GPUs. */
  readonly hint: 'ring' | 'nccl';
}

/** The kernel that means a vector over the processes of a ring. */
export const RING_MEAN = 'AdlRingMean';

/** The number of the group of all processes. */
export const RING_GROUP = 1;
