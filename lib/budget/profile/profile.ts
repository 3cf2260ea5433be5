/** How long the pieces of networks take on one machine, as a value. */
import { ConfigError, DataError } from '../../errors.js';
import type { Piece } from '../../segmentation/pieces.js';
import type { BudgetNetwork } from '../network.js';
import type { LatencyOf } from '../piece-table.js';

/** Where and when a profile was measured. */
export interface ProfileMachine {
  /** Model of its processor. */
  readonly processor: string;
  /** Number of its processors. */
  readonly cores: number;
  /** `tensorflow`, `wasm`. */
  readonly backend: string;
  /** Threads per kernel. */
  readonly threads: number;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly libraryVersion: string;
}

/** The time of one piece. */
export interface PieceTime {
  /** The median, in seconds. */
  readonly seconds: number;
  /** Number of runs. */
  readonly runs: number;
}

/** How long the pieces of networks take for one image. */
export interface LatencyProfile {
  /** Version of the document. */
  readonly version: 1;
  readonly machine: ProfileMachine;
  /** The networks and the image that it was measured for. */
  readonly network: BudgetNetwork & { readonly blocks: number };
  /** By name of the piece. */
  readonly pieces: Readonly<Record<string, PieceTime>>;
}

/** The times of a profile; without one, an error at the first piece. */
export function latencyFrom(profile: LatencyProfile | undefined): LatencyOf {
  return ({ name }: Piece) => {
    if (profile === undefined) {
      throw new ConfigError(
        'limits.latency: expected a profile of this machine, got none; measure one with `npx autodeeplab ' +
          'profile`',
      );
    }
    if (!Object.hasOwn(profile.pieces, name)) {
      const { filterMultiplier, classes, height, width, blocks } = profile.network;
      throw new DataError(
        `profile: expected the time of "${name}", got none: it was measured for F = ${filterMultiplier}, ` +
          `${blocks} blocks, ${classes} classes at ${height} x ${width}; measure one for these networks`,
      );
    }
    return profile.pieces[name].seconds;
  };
}
