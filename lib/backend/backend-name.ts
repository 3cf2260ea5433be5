/** The names of the backends, and what a caller may request. */
import { ConfigError } from '../errors.js';

/** What does the arithmetic: native TensorFlow, or the embedded WebAssembly backend of tfjs. */
export type BackendName = 'tensorflow' | 'wasm';

/** What {@link useBackend} takes: a backend, or `auto` for the best one that works here. */
export type BackendChoice = 'auto' | BackendName;

const CHOICES: readonly BackendChoice[] = ['auto', 'tensorflow', 'wasm'];

/**
 * Reads a backend's name.
 *
 * @param name - `auto`, `tensorflow` or `wasm`
 * @param where - the option or variable that holds the name, for the error text
 * @throws {@link ConfigError} if the name is another; the message lists the names
 */
export function parseBackendChoice(name: string, where = 'backend'): BackendChoice {
  const choice = CHOICES.find((known) => known === name);
  if (choice === undefined) {
    throw new ConfigError(`${where}: expected one of ${CHOICES.join(', ')}, got "${name}"`);
  }
  return choice;
}

/**
 * What `auto` stands for: the environment variable AUTODEEPLAB_BACKEND, if it is set.
 *
 * @throws {@link ConfigError} if the variable holds an unknown name
 */
export function resolveAuto(choice: BackendChoice, environment: NodeJS.ProcessEnv): BackendChoice {
  const wanted = environment.AUTODEEPLAB_BACKEND;
  return choice === 'auto' && wanted ? parseBackendChoice(wanted, 'AUTODEEPLAB_BACKEND') : choice;
}
