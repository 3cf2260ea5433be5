/** The run or the exported network that first weights come from: its classes and its facts. */
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { readArchitecture } from '../architecture/file.js';
import { ARCHITECTURE_FILE, findModel } from '../model/document.js';
import { configDifferences } from '../run/config-difference.js';
import { findSettings } from '../run/settings.js';

/** The folder of the run that a source belongs to. */
function runFolder(source: string): string {
  const above = dirname(source);
  return basename(above) === 'checkpoints' ? dirname(above) : source;
}

/** What a run's `config.json` says of its network; undefined for what it does not say. */
export interface WeightsOrigin {
  readonly classes: readonly string[] | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

const classList = z.object({
  dataset: z.object({ classes: z.array(z.object({ name: z.string() })) }),
});

/** What is known of the network that weights come from. */
export async function weightsOrigin(source: string): Promise<WeightsOrigin> {
  const model = await findModel(source);
  if (model !== undefined) {
    const { path, genotype } = await readArchitecture(join(source, ARCHITECTURE_FILE));
    const architecture = { path, genotype };
    return { classes: model.dataset.classes.map(({ name }) => name), facts: { architecture } };
  }
  const config = (await findSettings(runFolder(source)))?.config ?? {};
  const parsed = classList.safeParse(config);
  return {
    classes: parsed.success ? parsed.data.dataset.classes.map(({ name }) => name) : undefined,
    facts: config as WeightsOrigin['facts'],
  };
}

/** How the classes differ, in words; undefined: they are the same in the same order. */
export function classDifference(
  there: readonly string[],
  here: readonly string[],
): string | undefined {
  if (there.length !== here.length) {
    return `there are ${there.length} classes there and ${here.length} here`;
  }
  const i = there.findIndex((name, index) => name !== here[index]);
  return i < 0 ? undefined : `class ${i} is "${there[i]}" there and "${here[i]}" here`;
}

/**
 * Compares facts of the other run, as far as they are known.
 *
 * @throws {@link ConfigError} naming the first that differs
 */
export function checkFacts(source: string, there: WeightsOrigin['facts'], here: object): void {
  const known = Object.entries(here).filter(([name]) => name in there);
  const stored = Object.fromEntries(known.map(([name]) => [name, there[name]]));
  const [first] = configDifferences(stored, Object.fromEntries(known));
  if (first !== undefined) {
    const { path, before = 'nothing', now = 'nothing' } = first;
    throw new ConfigError(
      `initialWeights ${source}: expected a run with ${path} ${now}, got ${before}; ` +
        'take weights of the same architecture',
    );
  }
}
