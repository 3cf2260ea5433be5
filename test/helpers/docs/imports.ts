/** The names that an example takes for granted, as imports. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { repository } from './files.js';

/** The names that a module exports. */
export function exportedNames(file: string): Set<string> {
  const text = readFileSync(path.join(repository, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const names = new Set<string>();
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause && ts.isNamedExports(statement.exportClause)) {
        statement.exportClause.elements.forEach(({ name }) => names.add(name.text));
      }
      continue;
    }
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      continue;
    }
    if (ts.isVariableStatement(statement)) {
      statement.declarationList.declarations.forEach(({ name }) => boundNames(name, names));
    } else if ('name' in statement) {
      names.add((statement.name as ts.Identifier).text);
    }
  }
  return names;
}

function boundNames(name: ts.BindingName, names: Set<string>): void {
  if (ts.isIdentifier(name)) {
    names.add(name.text);
  } else {
    for (const element of name.elements) {
      if (ts.isBindingElement(element)) {
        boundNames(element.name, names);
      }
    }
  }
}

/** The names that code uses and does not declare. */
export function freeNames(code: string): string[] {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const declared = new Set<string>();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node)) {
      boundNames(node.name, declared);
    }
    if ((ts.isFunctionDeclaration(node) || ts.isImportSpecifier(node)) && node.name) {
      declared.add(node.name.text);
    }
    if (ts.isNamespaceImport(node)) {
      declared.add(node.name.text);
    }
    if (ts.isIdentifier(node) && !isMemberName(node)) {
      used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...used].filter((name) => !declared.has(name));
}

/** Whether an identifier is the name of a member, not of a variable. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node)
  );
}

/** Where names come from, the first that has a name wins. */
export interface NameSource {
  readonly names: ReadonlySet<string>;
  /** The module to import from. */
  readonly module: string;
}

/** One line of imports for the names that are free in an example. */
export function importLine(code: string, sources: readonly NameSource[]): string {
  const byModule = new Map<string, string[]>();
  for (const name of freeNames(code)) {
    const source = sources.find(({ names }) => names.has(name));
    if (source) {
      byModule.set(source.module, [...(byModule.get(source.module) ?? []), name]);
    }
  }
  return [...byModule]
    .map(([module, names]) => `import { ${names.join(', ')} } from '${module}';`)
    .concat("import * as tf from '@tensorflow/tfjs-core';", 'export {};')
    .join(' ');
}
