/** What an interrupted cell ends with. */

/** The reason of an interrupted cell's signal; named as other kernels name it. */
export class KeyboardInterrupt extends Error {
  override readonly name = 'KeyboardInterrupt';

  constructor() {
    super('the cell was interrupted');
  }
}
