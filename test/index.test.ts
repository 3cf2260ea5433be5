import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as library from '../lib/index.js';

const repository = fileURLToPath(new URL('..', import.meta.url));
const lib = path.join(repository, 'lib');

/** The declarations behind all exports of the library, those in namespaces included. */
function publicSymbols(): { checker: ts.TypeChecker; symbols: ts.Symbol[] } {
  const file = path.join(repository, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository);
  const index = path.join(lib, 'index.ts');
  const program = ts.createProgram([index], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(index)!)!;
  const symbols = checker.getExportsOfModule(module).map((s) => origin(checker, s));
  const inside = symbols
    .filter(({ flags }) => flags & ts.SymbolFlags.ValueModule)
    .flatMap((space) => checker.getExportsOfModule(space).map((s) => origin(checker, s)));
  return { checker, symbols: [...new Set([...symbols, ...inside])] };
}

function origin(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

const isPrivate = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);

/** Types of the library that a declaration's signature mentions; bodies and values do not count. */
function mentionedTypes(checker: ts.TypeChecker, declaration: ts.Node): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || isPrivate(node)) {
      return;
    }
    if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
      if (node.type) {
        visit(node.type);
      }
      return;
    }
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined;
    const symbol = name && checker.getSymbolAtLocation(name);
    if (symbol) {
      found.push(origin(checker, symbol));
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found.filter((symbol) => {
    const [first] = symbol.declarations ?? [];
    return (
      first !== undefined &&
      !ts.isTypeParameterDeclaration(first) &&
      path.resolve(first.getSourceFile().fileName).startsWith(lib + path.sep)
    );
  });
}

describe('the library', () => {
  it('exports the names that are relied upon outside', () => {
    const { publishedArchitecture, networkCost, countPaths, countCells, useBackend } = library;
    const size = { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 };
    expect(networkCost({ architecture: publishedArchitecture, ...size })).toMatchObject({
      parameters: 10_147_427,
      multiplyAdds: 320_450_382_392,
    });
    expect([countPaths(12), countCells(5)]).toEqual([75_025n, 556_627_761_561_600n]);
    expect(useBackend).toBeTypeOf('function');
  });

  it('has about ninety names flat and the rest in seven namespaces', () => {
    const names = Object.keys(library);
    const namespaces = ['data', 'nn', 'ops', 'optim', 'plot', 'runs', 'space'];
    expect(names).toEqual(expect.arrayContaining(namespaces));
    expect(names.length).toBeLessThan(100);
    expect(names.length).toBeGreaterThan(80);
  });

  it('exports every type that a public signature mentions', () => {
    const { checker, symbols } = publicSymbols();
    const exported = new Set(symbols);
    const missing = symbols.flatMap((symbol) =>
      (symbol.declarations ?? [])
        .flatMap((declaration) => mentionedTypes(checker, declaration))
        .filter((type) => !exported.has(type))
        .map((type) => `${type.name}, mentioned by ${symbol.name}`),
    );
    expect(symbols.length).toBeGreaterThan(300);
    expect(missing).toEqual([]);
  });
});
