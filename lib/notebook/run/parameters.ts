/**
 * Parameters of a notebook, as in papermill: a cell tagged `parameters` declares them with their
 * defaults, a cell tagged `injected-parameters` after it overrides them.
 */
import { ConfigError } from '../../errors.js';
import { nearestName } from './edit-distance.js';
import { hasTag, type CodeCell, type Json, type Notebook } from './notebook.js';

/** The tag of the cell that declares. */
export const PARAMETERS = 'parameters';

/** The tag of the cell that overrides. */
export const INJECTED = 'injected-parameters';

/** A parameter that a notebook declares. */
export interface Parameter {
  readonly name: string;
  /** Its type as written after the colon, if there is one. */
  readonly type: string | undefined;
  /** Its default as written. */
  readonly source: string;
  /** The kind of its default where that is plain to see. */
  readonly kind: 'string' | 'number' | 'boolean' | undefined;
  /** The comment after it on its line. */
  readonly comment: string | undefined;
}

/** Values by name: texts as given on a command line, or JSON values. */
export type ParameterValues = Readonly<Record<string, Json>>;

/** `const name: type = …`; a type may hold texts and arrows. */
const DECLARATION =
  /^(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::\s*((?:'[^']*'|"[^"]*"|=>|[^='"`])+?))?\s*=(?![=>])\s*(.*)$/gmu;

/** A string literal, a number or something else, then what follows on the line. */
const LITERAL =
  /^('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|[^;]*?)\s*;?\s*(?:\/\/\s*(.*))?$/u;

function kindOf(source: string, type: string | undefined): Parameter['kind'] {
  if (type !== undefined) {
    return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined;
  }
  if (/^['"`]/.test(source)) {
    return 'string';
  }
  if (source === 'true' || source === 'false') {
    return 'boolean';
  }
  return source !== '' && Number.isFinite(Number(source.replaceAll('_', '')))
    ? 'number'
    : undefined;
}

/** The parameters that a notebook declares, in order; none without a tagged cell. */
export function declaredParameters(notebook: Notebook): Parameter[] {
  const cell = notebook.cells.find((cell) => cell.cell_type === 'code' && hasTag(cell, PARAMETERS));
  return [...(cell?.source ?? '').matchAll(DECLARATION)].map(([, name, type, rest]) => {
    const [, source = rest, comment] = LITERAL.exec(rest) ?? [];
    return { name, type, source, comment, kind: kindOf(source, type) };
  });
}

function unknownName(where: string, name: string, declared: readonly Parameter[]): ConfigError {
  const names = declared.map((parameter) => parameter.name);
  if (names.length === 0) {
    return new ConfigError(
      `${where}: expected a notebook with a cell tagged "${PARAMETERS}", got none that could take ${name}`,
    );
  }
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return new ConfigError(
    `${where}: expected a parameter of the notebook (${names.join(', ')}), got ${name}${hint}`,
  );
}

/** A number anywhere in a value that JSON cannot hold. */
function lostNumber(value: Json): number | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : value;
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value as Readonly<Record<string, Json>>)
        .map(lostNumber)
        .find((lost) => lost !== undefined)
    : undefined;
}

/** A value in the type of the parameter: a text where the default is a text. */
function fitted(where: string, { name, kind, source }: Parameter, value: Json): Json {
  const lost = lostNumber(value);
  if (lost !== undefined && kind !== 'string') {
    throw new ConfigError(
      `${where}: expected a number below ${Number.MAX_VALUE} for ${name}, got ${lost}; give a smaller one`,
    );
  }
  const isFitting = kind === undefined || typeof value === kind;
  if (isFitting) {
    return value;
  }
  if (kind === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return String(value);
  }
  throw new ConfigError(
    `${where}: expected a ${kind} for ${name} (as in ${name} = ${source}), got ${JSON.stringify(value)}`,
  );
}

/**
 * The value that a raw text of a command line stands for: JSON if it parses, else a text. Where the
 * default is a text, so is the value, unless it is in double quotes.
 *
 * @throws {@link ConfigError} for a whole number that would be rounded
 */
export function parseValue(raw: string, kind: Parameter['kind']): Json {
  let value: Json;
  try {
    value = JSON.parse(raw) as Json;
  } catch {
    return raw; // a text without quotes
  }
  if (kind === 'string') {
    return typeof value === 'string' ? value : raw;
  }
  if (/^-?\d+$/.test(raw) && Number.isFinite(value) && BigInt(raw) !== BigInt(value as number)) {
    throw new ConfigError(
      `expected a whole number that stays the same in double precision, got ${raw}, which becomes ${JSON.stringify(value)}`,
    );
  }
  return value;
}

/**
 * A notebook with other values for its parameters, in a cell after the declaring one, which replaces
 * one injected before. Parameters without a value keep their defaults.
 *
 * @param where - the notebook, for errors
 * @throws {@link ConfigError} if a name is not declared or a value is of another kind than the default
 *
 * @example
 * // A cell tagged "parameters": const epochs = 8;
 * injectParameters(notebook, { epochs: 2 }, '03-search.ipynb'); // inserts: const epochs = 2;
 */
export function injectParameters(
  notebook: Notebook,
  values: ParameterValues,
  where: string,
): Notebook {
  const names = Object.keys(values);
  const cells = notebook.cells.filter((cell) => !hasTag(cell, INJECTED));
  if (names.length === 0) {
    return cells.length === notebook.cells.length ? notebook : { ...notebook, cells };
  }
  const declared = declaredParameters(notebook);
  const lines = names.map((name) => {
    const parameter = declared.find((candidate) => candidate.name === name);
    if (parameter === undefined) {
      throw unknownName(where, name, declared);
    }
    const type = parameter.type === undefined ? '' : `: ${parameter.type}`;
    return `const ${name}${type} = ${JSON.stringify(fitted(where, parameter, values[name]))};`;
  });
  const injected: CodeCell = {
    cell_type: 'code',
    id: INJECTED,
    metadata: { tags: [INJECTED] },
    source: ['// Given on the command line', ...lines].join('\n'),
    execution_count: null,
    outputs: [],
  };
  const after = cells.findIndex((cell) => cell.cell_type === 'code' && hasTag(cell, PARAMETERS));
  return {
    ...notebook,
    cells: [...cells.slice(0, after + 1), injected, ...cells.slice(after + 1)],
  };
}
