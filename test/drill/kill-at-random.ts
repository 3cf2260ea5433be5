/** SIGKILL, now and then SIGTERM or Ctrl-C, at random times: once, or again while the run is resumed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, Trial } from './drill.js';
import type { Field } from './field.js';
import type { Server } from './server.js';

/** The most kills of one run. */
const MOST_IN_A_ROW = 5;

/** Of the signals, SIGKILL three times out of five. */
const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM'] as const;

/** A share of the time that an uninterrupted run takes, and the signal that comes then. */
interface Kill {
  readonly after: number;
  readonly signal: (typeof SIGNALS)[number];
}

async function run(field: Field, server: Server, planned: readonly Kill[]) {
  const place = field.place();
  let kills = 0;
  let runs = 0;
  for (const { after, signal } of planned) {
    const { child, ended } = field.start(place);
    runs++;
    const stopped = new AbortController();
    const killing = sleep(1000 * after * field.reference.seconds, undefined, stopped).then(
      () => child.kill(signal),
      () => undefined,
    );
    const end = await ended;
    stopped.abort();
    await killing;
    if (end.code === 0) {
      return field.judge(place, end, { runs, kills, resumes: runs - 1 });
    }
    const isEnded = end.signal !== null || end.code === 130 || end.code === 143;
    if (!isEnded) {
      return { figures: { runs, kills }, problems: [`exit code ${end.code}: ${end.output}`] };
    }
    kills++;
  }
  return field.finish(server, place, { runs, kills, resumes: runs - 1 });
}

export const killAtRandom: Drill = {
  name: 'kill at random times',
  trials: (field, { kills }) => {
    const random = field.random.fork('kill at random times');
    const trials: Trial[] = [];
    for (let left = kills; left > 0;) {
      const count = Math.min(left, 1 + random.integer(MOST_IN_A_ROW));
      const planned = Array.from({ length: count }, () => ({
        after: random.uniform(0, 0.9),
        signal: SIGNALS[random.integer(SIGNALS.length)],
      }));
      left -= count;
      const what = planned
        .map(({ after, signal }) => `${signal} at ${after.toFixed(2)}`)
        .join(', ');
      trials.push({ what, run: (server) => run(field, server, planned) });
    }
    return trials;
  },
};
