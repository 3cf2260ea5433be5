/** `--config`: options from a file. */
import { ConfigError, DataError } from '../errors.js';
import { readJsonFile } from '../files/json-file.js';
import type { Changes, ProgramOptions } from '../training/options/resolve.js';
import type { OptionTable } from '../training/options/table.js';

const isObject = (value: unknown): value is Changes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The options in a JSON file: an object with some of them, or the `config.json` of a run.
 *
 * @throws {@link ConfigError} if it is the configuration of another program
 * @throws {@link DataError} if it cannot be read or is not an object
 */
export async function readConfigFile(
  file: string,
  { name }: ProgramOptions<OptionTable>,
): Promise<Changes> {
  const content = await readJsonFile(file);
  if (!isObject(content)) {
    throw new DataError(`${file}: expected an object of options, got another document`, file);
  }
  const { kind, config } = content;
  if (!isObject(config) || !isObject(config.options)) {
    return content;
  }
  if (kind !== name) {
    throw new ConfigError(
      `${file}: expected the configuration of a ${name} run, got that of a ${String(kind)} run`,
    );
  }
  return config.options;
}
