/** A list of seeds, as several commands take it. */
import { InvalidArgumentError } from 'commander';
import { ConfigError } from '../errors.js';
import { parseSeeds } from '../trials/seeds.js';

/** Reads a list of seeds such as `1-10` or `1,4,7-9`. */
export function seedList(text: string): readonly number[] {
  try {
    return parseSeeds(text);
  } catch (error) {
    throw error instanceof ConfigError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
}
