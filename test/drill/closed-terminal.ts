/** The terminal is closed: the run is saved and resumed. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { nextParameters } from './commands.js';
import type { Drill, Trial } from './drill.js';
import type { Field } from './field.js';
import { FAULTS, MAIN, ROOT } from './places.js';
import { endOf, environmentWith } from './process.js';
import type { Server } from './server.js';

const IN_TERMINAL = path.join(ROOT, 'test', 'cli', 'closed-terminal.py');

/** What appears in the terminal when it is closed. */
const TEXTS = ['backend: ', 'label maps: ', 'expected on this machine', 'epoch 1/2'];

async function run(field: Field, server: Server, text: string) {
  const { command, ground } = field;
  const place = field.place();
  const parameters = nextParameters(command, ground, place.folder);
  const child = spawn(
    'python3',
    [IN_TERMINAL, text, process.execPath, '--import', FAULTS, MAIN, ...parameters],
    { env: environmentWith(place.with()), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const { output } = await endOf(child);
  const code = Number(output);
  // Before the work begins nothing holds the signal off.
  if (![129, -1, 0].includes(code)) {
    return { figures: { runs: 1 }, problems: [`exit code ${output}`] };
  }
  return field.finish(server, place, { runs: 1, kills: code === 0 ? 0 : 1 });
}

export const closedTerminal: Drill = {
  name: 'closed terminal',
  obstacle: () =>
    spawnSync('python3', ['-c', 'import pty']).status === 0 ? undefined : 'no python3 with pty',
  trials: (field) =>
    TEXTS.map((text): Trial => ({
      what: `at "${text}"`,
      run: (server) => run(field, server, text),
    })),
};
