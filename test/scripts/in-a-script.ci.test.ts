import { afterAll, beforeAll, expect, it } from 'vitest';
import { backends } from '../helpers/backends.js';
import {
  expectedLines,
  own,
  pairsOnBackend,
  prepareScripts,
  removeScripts,
  script,
} from './run-scripts.js';

// On the first: `in-a-script.test.ts`.
const others = backends.slice(1);

beforeAll(prepareScripts, 120_000);
afterAll(removeScripts);

it.skipIf(others.length === 0)(
  `a script lives until what it awaits is settled on ${others.join()}`,
  async () => {
    for (const backend of others) {
      const names = pairsOnBackend();
      const { code, output, errors } = await script(backend, 'all', names);
      expect([...own(output), errors]).toEqual([...expectedLines(names), expect.anything()]);
      expect(code).toBe(0);
    }
  },
);
