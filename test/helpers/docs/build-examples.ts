/** Makes a module of every example, and type-checks and compiles them all in one program. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { withChecks } from './expected-values.js';
import { projectFiles, repository } from './files.js';
import type { Example } from './find-examples.js';
import { exportedNames, importLine, type NameSource } from './imports.js';

/** An example as a module. */
export interface BuiltExample {
  readonly example: Example;
  /** The compiled module. */
  readonly file: string;
  /** Type errors, with the line in the documentation. */
  readonly problems: readonly string[];
}

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

/** Files that are copied beside the examples. */
const COMPANIONS = ['given.ts', 'checks.ts', 'runner.ts'];

/**
 * Writes and compiles the examples.
 *
 * The names that an example does not declare are imported: from the package, from the module that it
 * documents, from given.ts, or from the module of the library that exports them.
 *
 * @param folder - two levels below the project, so that the package is found by its name
 * @param data - what stands for `/data` in examples
 */
export function buildExamples(
  examples: readonly Example[],
  folder: string,
  data: string,
): BuiltExample[] {
  mkdirSync(folder, { recursive: true });
  for (const name of COMPANIONS) {
    const text = readFileSync(path.join(repository, 'test/helpers/docs', name), 'utf8');
    const linked = text
      .replace("'../../../lib/index.js'", "'autodeeplab'")
      .replaceAll("'../../../lib/", "'../../dist/");
    writeFileSync(path.join(folder, name), linked);
  }
  const everywhere = libraryExports();
  const sources = (file: string): NameSource[] => [
    { names: exportedNames('lib/index.ts'), module: 'autodeeplab' },
    ...(file.endsWith('.ts') ? [{ names: exportedNames(file), module: compiled(file) }] : []),
    { names: exportedNames('test/helpers/docs/given.ts'), module: './given.js' },
    ...everywhere,
  ];
  const files = examples.map(({ code, file }, i) => {
    const target = path.join(folder, `example-${String(i).padStart(3, '0')}.ts`);
    const isMarkdown = /\.(?:md|ipynb)$/.test(file);
    // A reader copies a block of Markdown as it is: it has to bring its own imports.
    const imports = isMarkdown ? 'export {};' : importLine(code, sources(file));
    const helpers = "import { check, checkLines, near } from './checks.js';";
    const own = withChecks(code).replaceAll("'/data/", `'${data}/`);
    writeFileSync(target, `${helpers} ${imports}\n${own}\n`);
    return target;
  });
  const companions = COMPANIONS.map((name) => path.join(folder, name));
  const program = ts.createProgram([...files, ...companions], OPTIONS);
  program.emit();
  return examples.map((example, i) => ({
    example,
    file: files[i].replace(/ts$/, 'js'),
    problems: problemsOf(program, files[i], example),
  }));
}

function compiled(file: string): string {
  return `../../${file.replace(/^lib/, 'dist').replace(/ts$/, 'js')}`;
}

/** Every module of the library with the names that it exports. */
function libraryExports(): NameSource[] {
  return projectFiles('.ts', 'lib').map((file) => ({
    names: exportedNames(file),
    module: compiled(file),
  }));
}

function problemsOf(program: ts.Program, file: string, example: Example): string[] {
  const source = program.getSourceFile(file);
  const found = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  return found.map(({ messageText, start = 0 }) => {
    const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + example.line - 1;
    return `${example.file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
