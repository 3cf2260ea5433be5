/** Changes to the JavaScript of a cell before it runs; lines stay where they are. */
import type { IterationStatement, Node, ShorthandPropertyAssignment, SourceFile } from 'typescript';
import { typescript as ts } from './tslab.js';

/** The call at the head of every loop of a cell; see the engine for what it does. */
const CHECK = '__tslab__.checkInterrupt();';

interface Insertion {
  readonly position: number;
  readonly text: string;
}

/** The result of {@link prepareCode}. */
export interface PreparedCode {
  readonly code: string;
  /** True if the code waits outside of every function. */
  readonly waitsAtTop: boolean;
}

function loopInsertions({ statement }: IterationStatement): readonly Insertion[] {
  if (ts.isBlock(statement)) {
    return [{ position: statement.getStart() + 1, text: CHECK }];
  }
  return [
    { position: statement.getStart(), text: `{${CHECK}` },
    { position: statement.getEnd(), text: '}' },
  ];
}

/** Outside of functions, tslab's compiler takes the `await` of `await (x)` for a function's name. */
function isAwait(node: Node): boolean {
  if (ts.isCallExpression(node)) {
    return ts.isIdentifier(node.expression) && node.expression.text === 'await';
  }
  return ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && !!node.awaitModifier);
}

/** Nodes have the names that they declare once the compiler has bound the file. */
interface Scope {
  readonly locals?: ReadonlyMap<string, unknown>;
  readonly parent?: Scope;
}

/** Parses a text and finds the names that each of its parts declares. */
function parse(name: string, text: string): SourceFile {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  const { bindSourceFile } = ts as unknown as {
    bindSourceFile: (file: SourceFile, options: object) => void;
  };
  bindSourceFile(file, { target: ts.ScriptTarget.ES2022, allowJs: true });
  return file;
}

function isDeclared(name: string, scope: Scope | undefined): boolean {
  return scope !== undefined && (!!scope.locals?.has(name) || isDeclared(name, scope.parent));
}

/**
 * The value of `{ name }` where an earlier cell declared it.
 *
 * tslab keeps the variables of earlier cells in `exports` and forgets this form: the cell would fail
 * with "name is not defined".
 */
function shorthandInsertions(
  node: ShorthandPropertyAssignment,
  earlier: Scope,
): readonly Insertion[] {
  const { text } = node.name;
  return isDeclared(text, earlier) && !isDeclared(text, node)
    ? [{ position: node.name.getEnd(), text: `: exports.${text}` }]
    : [];
}

/**
 * Prepares compiled code of a cell: every loop checks for interrupts, errors name the cell, and two
 * bugs of tslab are fixed.
 *
 * A loop that never yields keeps the event loop from seeing an interrupt, so each turn of each loop
 * in the cell calls a function that checks for it.
 *
 * @param output - what tslab compiled
 * @param name - the name of this code in stack traces
 * @param before - the declarations of the cells before
 */
export function prepareCode(output: string, name: string, before = ''): PreparedCode {
  const file = parse('cell.js', output);
  const earlier = parse('before.d.ts', before) as unknown as Scope;
  const insertions: Insertion[] = [];
  let waitsAtTop = false;
  const visit = (node: Node, isTop: boolean): void => {
    if (ts.isIterationStatement(node, false)) {
      insertions.push(...loopInsertions(node));
    } else if (ts.isShorthandPropertyAssignment(node)) {
      insertions.push(...shorthandInsertions(node, earlier));
    }
    waitsAtTop ||= isTop && isAwait(node);
    const isTopInside = isTop && !ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => {
      visit(child, isTopInside);
    });
  };
  visit(file, true);
  let code = output;
  for (const { position, text } of insertions.sort((a, b) => b.position - a.position)) {
    code = code.slice(0, position) + text + code.slice(position);
  }
  return { code: `${code}\n//# sourceURL=${name}`, waitsAtTop };
}
