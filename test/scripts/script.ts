/**
 * A script: awaits scenarios one after the other and writes what stands behind each await. Compiled
 * beside the scenarios.
 *
 * Before each, nothing may be left that keeps the process alive, so that each is awaited as if it were
 * the last: a promise that nothing can settle ends the process there, with code 13.
 *
 * Arguments: the dataset, a folder, the backend or `none`, `last` or `all`, then `function way` pairs. With
 * `last` an error is not caught, as in the script of a user.
 */
import { mkdirSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { useBackend } from '../../lib/index.js';
import type { BackendChoice } from '../../lib/backend/backend-name.js';
import type { Way } from './scenario.js';
import { ON_BACKEND } from './scenarios-on-backend.js';
import { PLAIN } from './scenarios.js';

const [root, shared, backend, mode, ...names] = process.argv.slice(2);

/** What keeps the process alive; its own streams do not. */
const active = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => !/^(PipeWrap|TTYWrap|Immediate)$/.test(name));

/** Waits until nothing is active; at most 5 s, for a thread takes a moment to end. */
async function idle(): Promise<string> {
  for (let waited = 0; waited < 5000; waited += 20) {
    await sleep(20);
    if (active().length === 0) {
      return 'idle';
    }
  }
  return `still active: ${active().join(', ')}`;
}

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

if (backend !== 'none') {
  await useBackend(backend as BackendChoice);
}
for (let i = 0; i < names.length; i += 2) {
  const [name, way] = [names[i], names[i + 1] as Way];
  const scenario = { ...PLAIN, ...ON_BACKEND }[name][way]!;
  const folder = path.join(shared, `${backend}-${mode}-${i}`);
  mkdirSync(shared, { recursive: true });
  say(`${name}, ${way}: begins`);
  if (mode === 'last') {
    await scenario({ root, shared, folder });
    say(`${name}, ${way}: is behind`);
  } else {
    const ended = await scenario({ root, shared, folder }).then(
      () => 'is behind',
      (thrown: Error) => `${thrown.name}: ${thrown.message}`,
    );
    say(`${name}, ${way}: ${ended}`);
    say(`${name}, ${way}: ${await idle()}`);
  }
}
