/** Whether the other side of a connection is there. */
import { duration } from '../../duration.js';
import type { Connection } from '../connection.js';
import { DONE } from '../messages.js';

/** Pause between questions, ms. */
const PAUSE_MS = 10_000;

/**
 * Asks the other side again and again whether it is there, and gives the connection up when it does not answer.
 * A process answers between its steps, not in them.
 *
 * @param seconds - it may be silent for so long
 */
export function watchConnection(connection: Connection, seconds: number): void {
  let isAsking = false;
  const clock = setInterval(() => {
    if (isAsking) {
      return;
    }
    isAsking = true;
    connection.ask({ kind: 'here' }, DONE, 1000 * seconds).then(
      () => {
        isAsking = false;
      },
      () => {
        clearInterval(clock);
        connection.giveUp(`no answer for ${duration(seconds)}`);
      },
    );
  }, PAUSE_MS);
  clock.unref();
  void connection.ended.then(() => {
    clearInterval(clock);
  });
}
