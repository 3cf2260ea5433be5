/**
 * SIGKILL before each operation that changes a file of the run: opening to write, writing, flushing,
 * renaming, linking, removing; and in the middle of each writing. A checkpoint is written in hundreds of
 * pieces, of which the first, the middle and the last count.
 */
import { eachNth, type Drill, type Trial } from './drill.js';
import type { Field } from './field.js';
import type { Server } from './server.js';

async function run(field: Field, server: Server, killAt: number, half: boolean) {
  const place = field.place();
  const { signal, code, output } = await field.start(place, { killAt, half }).ended;
  if (signal !== 'SIGKILL') {
    return { figures: { runs: 1 }, problems: [`not killed but ended with ${code}: ${output}`] };
  }
  return field.finish(server, place, { runs: 1, kills: 1 });
}

/** An operation, by its number from 1. */
interface Operation {
  readonly number: number;
  readonly name: string;
}

/** The operations to kill at: all but most of the pieces of a file that is written piece by piece. */
export function placesToKill(operations: readonly string[]): readonly Operation[] {
  const series: Operation[][] = [];
  for (const [i, name] of operations.entries()) {
    const last = series.at(-1);
    if (last?.[0].name === name) {
      last.push({ number: i + 1, name });
    } else {
      series.push([{ number: i + 1, name }]);
    }
  }
  return series.flatMap((all) => [...new Set([all[0], all[all.length >> 1], all[all.length - 1]])]);
}

export const killAtFileOperation: Drill = {
  name: 'kill at file operations',
  trials: (field, { every }) => {
    const places = placesToKill(field.reference.operations);
    const all = places.flatMap(({ number, name }): Trial[] => {
      const at = (half: boolean): Trial => ({
        what: `${half ? 'half of' : 'before'} operation ${number}, ${name}`,
        run: (server) => run(field, server, number, half),
      });
      return name.startsWith('write ') ? [at(false), at(true)] : [at(false)];
    });
    return eachNth(all, every);
  },
};
