/** What of a derived network something reads: only that is built. */
import type { Genotype } from '../architecture/genotype.js';
import { operationNamed } from '../search-space/operations/registry.js';

/** Whether the branches of a cell read its two inputs, H^{l-2} and H^{l-1}; zero reads nothing. */
export function readInputs({ blocks }: Genotype): readonly [older: boolean, previous: boolean] {
  const branches = blocks.flatMap(({ left, right }) => [left, right]);
  const isRead = (state: number) =>
    branches.some(
      ({ input, operation }) => input === state && operationNamed(operation).family !== 'none',
    );
  return [isRead(0), isRead(1)];
}

/** Which outputs of stem and cells something reads. */
export interface ReadOutputs {
  /** The stem's output at stride 2, by a cell. */
  readonly half: boolean;
  /** The stem's output at stride 4, by a cell or the DeepLab decoder. */
  readonly quarter: boolean;
  /** The output of each cell. */
  readonly cells: readonly boolean[];
}

/**
 * Which outputs are read, from the end: those of the last cell and of the low-level cell are, and so
 * are the inputs that the branches of a read cell have.
 *
 * @param lowLevel - the cell that the DeepLab decoder reads; undefined: it reads the stem's output at stride 4
 */
export function readOutputs(
  cells: number,
  genotype: Genotype,
  lowLevel: number | undefined,
): ReadOutputs {
  const [older, previous] = readInputs(genotype);
  const isRead = new Array<boolean>(cells + 2).fill(false); // of half, quarter and the cells
  isRead[cells + 1] = true;
  isRead[(lowLevel ?? -1) + 2] = true;
  for (let cell = cells - 1; cell >= 0; cell--) {
    if (isRead[cell + 2]) {
      isRead[cell] ||= older;
      isRead[cell + 1] ||= previous;
    }
  }
  const [half, quarter, ...rest] = isRead;
  return { half, quarter, cells: rest };
}
