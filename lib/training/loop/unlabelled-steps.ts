/** Steps in a row whose batches have no pixel that counts in the loss. */
import { count } from '../../text.js';

/** The user is told of this many steps in a row, and again of twice as many. */
const FIRST_TOLD = 2;

/** Watches for steps that teach nothing. */
export class UnlabelledSteps {
  private inRow = 0;
  private toldAt = FIRST_TOLD;

  /**
   * Notes a step.
   *
   * @param step - the steps done with it
   * @returns what to tell the user; undefined if there is nothing new
   */
  add(step: number, isLabelled: boolean): string | undefined {
    this.inRow = isLabelled ? 0 : this.inRow + 1;
    if (this.inRow < this.toldAt) {
      return undefined;
    }
    this.toldAt *= 2;
    return (
      `no pixel of the last ${count(this.inRow, 'step')} (to step ${step}) has a label that counts: ` +
      'the loss is 0 and they teach nothing. Look at the label maps of the training images ' +
      '(npx autodeeplab data check), take a larger crop, or remove images whose pixels are all ignored'
    );
  }
}
