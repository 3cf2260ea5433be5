/**
 * Values that examples state in comments, made into checks: in `countPaths(12); // 75025n` the
 * comment says what the expression is. Comments that are no value say nothing to check.
 */
import ts from 'typescript';

/** An example's code with calls of `check` and `checkLines` where comments state values. */
export function withChecks(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  let result = '';
  let done = 0;
  for (const statement of source.statements) {
    const check = checkOf(statement, code);
    if (check === undefined) {
      continue;
    }
    result += code.slice(done, statement.getStart()) + check;
    done = statement.end;
  }
  return result + code.slice(done);
}

function checkOf(statement: ts.Statement, code: string): string | undefined {
  const [, comment] = /^[ \t]*\/\/ (.*)/.exec(code.slice(statement.end)) ?? [];
  if (ts.isExpressionStatement(statement)) {
    const value = valueOf(statement.expression);
    if (value === undefined) {
      return undefined;
    }
    if (comment === undefined) {
      const lines = linesAfter(code, statement.end);
      return lines && `checkLines(${value}, ${JSON.stringify(lines)});`;
    }
    const expected = expectedValue(comment);
    return expected && `check(${value}, ${expected});`;
  }
  // const { parameters, multiplyAdds } = …; // 1, 2
  if (comment !== undefined && ts.isVariableStatement(statement)) {
    const [{ name }] = statement.declarationList.declarations;
    const names = ts.isObjectBindingPattern(name)
      ? name.elements.map((element) => element.name.getText())
      : [name.getText()];
    const expected = expectedValue(names.length > 1 ? `[${comment}]` : comment);
    const values = names.length > 1 ? `[${names.join(', ')}]` : names[0];
    return expected && `${statement.getText()} check(${values}, ${expected});`;
  }
  return undefined;
}

/** What a comment speaks of: the argument of `console.log`, else the whole expression. */
function valueOf(expression: ts.Expression): string | undefined {
  if (ts.isCallExpression(expression)) {
    const called = expression.expression.getText();
    if (called === 'console.log') {
      return expression.arguments[0]?.getText();
    }
    if (/\.(?:print|forEach)$/.test(called)) {
      return undefined;
    }
  }
  return expression.getText();
}

/** The comment lines that follow at once. */
function linesAfter(code: string, end: number): string[] | undefined {
  const [first, ...rest] = code.slice(end).split('\n');
  if (first.trim() !== '') {
    return undefined;
  }
  const after = rest.findIndex((line) => !line.startsWith('//'));
  const lines = after < 0 ? rest : rest.slice(0, after);
  return lines.length === 0 ? undefined : lines.map((line) => line.replace(/^\/\/ ?/, ''));
}

/** The value at the start of a comment, as code, or undefined if there is none. */
export function expectedValue(comment: string): string | undefined {
  // The whole comment, else what stands before a colon, comma, semicolon or bracket; longest first.
  const ends = [...comment.matchAll(/[:;,](?=\s|$)| \(/g)].map(({ index }) => index).reverse();
  for (const text of [comment, ...ends.map((end) => comment.slice(0, end))]) {
    const source = ts.createSourceFile('value.ts', `(${text})`, ts.ScriptTarget.ES2022, true);
    const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly unknown[] };
    const [statement] = source.statements;
    if (parseDiagnostics.length > 0 || source.statements.length !== 1) {
      continue;
    }
    if (!ts.isExpressionStatement(statement)) {
      continue;
    }
    if (!ts.isParenthesizedExpression(statement.expression)) {
      continue;
    }
    const value = literal(statement.expression.expression);
    if (value !== undefined) {
      return value;
    }
  }
  return undefined;
}

/** A literal as code; numbers with decimals become `near(number, decimals)`. */
function literal(node: ts.Expression): string | undefined {
  const text = node.getText();
  if (ts.isNumericLiteral(node)) {
    const decimals = text.split('.')[1];
    return decimals === undefined || /e/i.test(text) ? text : `near(${text}, ${decimals.length})`;
  }
  if (ts.isStringLiteral(node) || ts.isBigIntLiteral(node)) {
    return text;
  }
  if (['true', 'false', 'null', 'undefined'].includes(text)) {
    return text;
  }
  if (ts.isPrefixUnaryExpression(node)) {
    return text;
  }
  if (ts.isBinaryExpression(node)) {
    return /^[\d\s./*+-]+$/.test(text) ? `near(${text}, 9)` : undefined;
  }
  if (ts.isArrayLiteralExpression(node)) {
    const parts = node.elements.map(literal);
    return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`;
  }
  if (ts.isObjectLiteralExpression(node)) {
    const parts = node.properties.map((property) => {
      if (!ts.isPropertyAssignment(property)) {
        return undefined;
      }
      const value = literal(property.initializer);
      return value && `${property.name.getText()}: ${value}`;
    });
    return parts.includes(undefined) ? undefined : `{ ${parts.join(', ')} }`;
  }
  return undefined;
}
