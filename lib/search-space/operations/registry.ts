/**
 * Operations by name.
 *
 * Configurations, histories and documents hold names; here a name becomes an operation again. The
 * registry belongs to the process: a notebook may load another copy of the library than its kernel.
 */
import { ConfigError } from '../../errors.js';
import type { Operation } from './operation.js';
import { PAPER_OPERATIONS } from './paper.js';

const KEY = Symbol.for('autodeeplab.operations');

const shared = globalThis as { [KEY]?: Map<string, Operation> };

const own = (shared[KEY] ??= new Map<string, Operation>());

const paper = new Map(PAPER_OPERATIONS.map((operation) => [operation.name, operation]));

/** A name that is safe in files, variables and lists. */
const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Makes an operation known by its name, so that searches can have it and documents that name it can
 * be read. Defining a name again replaces the operation.
 *
 * @returns the operation
 * @throws {@link ConfigError} if the name is not lower case with underscores, or is one of the
 *   paper's
 *
 * @example
 * ```ts no-run
 * defineOperation({ ...PAPER_OPERATIONS[3], name: 'my_skip', label: 'my skip connection' });
 * const operations = [...PRIMITIVES, 'my_skip'];
 * await search({ dataset, folder: 'runs/search', config: { operations } });
 * ```
 */
export function defineOperation(operation: Operation): Operation {
  const { name } = operation;
  if (!NAME.test(name) || paper.has(name)) {
    throw new ConfigError(
      `operation: expected a new name in lower case, such as inverted_bottleneck, got "${name}"`,
    );
  }
  own.set(name, operation);
  return operation;
}

/** The names of all operations that are known: the paper's, then those defined. */
export function knownOperations(): readonly string[] {
  return [...paper.keys(), ...own.keys()];
}

/**
 * The operation of a name.
 *
 * @throws {@link ConfigError} if there is none
 */
export function operationNamed(name: string): Operation {
  const operation = paper.get(name) ?? own.get(name);
  if (operation === undefined) {
    throw new ConfigError(
      `operation: expected one of ${knownOperations().join(', ')}, got "${name}"; ` +
        'define it with defineOperation before it is used',
    );
  }
  return operation;
}

/**
 * The operations of a search space, in the order of α's columns.
 *
 * @throws {@link ConfigError} if a name is unknown or stands twice, or if no operation but zero is
 *   left to choose
 */
export function resolveOperations(names: readonly string[]): readonly Operation[] {
  const operations = names.map(operationNamed);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new ConfigError(`operations: expected different names, got "${repeated}" twice`);
  }
  const zeros = operations.filter(({ family }) => family === 'none').length;
  if (zeros > 1 || operations.length === zeros) {
    throw new ConfigError(
      `operations: expected at least one besides zero, and zero at most once, got ` +
        `[${names.join(', ')}]`,
    );
  }
  return operations;
}
