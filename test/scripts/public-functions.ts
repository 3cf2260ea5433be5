/** The public functions that a script awaits, read from the declarations of the library. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const lib = path.join(repository, 'lib') + path.sep;

/** A function or method that gives a promise or is iterated with `for await`. */
export interface PublicFunction {
  /** Such as `search` or `Loader.epoch`. */
  readonly name: string;
  readonly isIterable: boolean;
  /** Whether an option is a signal that stops it. */
  readonly takesSignal: boolean;
  /** Whether an option is a function that it calls meanwhile. */
  readonly reports: boolean;
}

const ITERABLE = /^Async(Iterable|Generator|IterableIterator)</;

/** All public functions that give a promise, namespaces and methods of public types included. */
export function publicFunctions(): readonly PublicFunction[] {
  const configFile = path.join(repository, 'tsconfig.json');
  const { config } = ts.readConfigFile(configFile, (name) => ts.sys.readFile(name)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository);
  const index = path.join(lib, 'index.ts');
  const program = ts.createProgram([index], options);
  const checker = program.getTypeChecker();
  const found = new Map<string, PublicFunction>();

  const add = (name: string, type: ts.Type): void => {
    for (const signature of checker.getNonNullableType(type).getCallSignatures()) {
      const given = checker.typeToString(signature.getReturnType());
      if (given.startsWith('Promise<') || ITERABLE.test(given)) {
        const has = (option: string) =>
          signature.parameters.some((parameter) =>
            checker.getNonNullableType(checker.getTypeOfSymbol(parameter)).getProperty(option),
          );
        found.set(name, {
          name,
          isIterable: ITERABLE.test(given),
          takesSignal: has('signal'),
          reports: has('onProgress'),
        });
      }
    }
  };
  const members = (name: string, type: ts.Type): void => {
    for (const member of type.getProperties()) {
      const [declaration] = member.declarations ?? [];
      const isOwn = declaration?.getSourceFile().fileName.startsWith(lib) ?? false;
      if (isOwn && !(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private)) {
        add(`${name}.${member.name}`, checker.getTypeOfSymbol(member));
      }
    }
  };
  const visit = (exported: ts.Symbol): void => {
    const isAlias = exported.flags & ts.SymbolFlags.Alias;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.flags & ts.SymbolFlags.ValueModule) {
      checker.getExportsOfModule(symbol).forEach(visit);
    } else if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) {
      members(symbol.name, checker.getDeclaredTypeOfSymbol(symbol));
    }
    if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)) {
      add(symbol.name, checker.getTypeOfSymbol(symbol));
    }
    if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Variable)) {
      members(symbol.name, checker.getTypeOfSymbol(symbol));
    }
  };
  const module = checker.getSymbolAtLocation(program.getSourceFile(index)!)!;
  checker.getExportsOfModule(module).forEach(visit);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
