import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Compiles lib/run and what it uses into a folder, for programs that a test wants to kill. */
export function compileRun(folder: string): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "version": "0.0.0" }');
  const parts = ['lib', 'lib/files', 'lib/run'].flatMap((room) => {
    mkdirSync(join(folder, room), { recursive: true });
    const names = readdirSync(join(ROOT, room)).filter((name) => name.endsWith('.ts'));
    return names.map((name) => join(room, name));
  });
  for (const part of parts) {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, part), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(join(folder, part.replace(/\.ts$/, '.js')), outputText);
  }
}

/** Starts a program that imports from `./lib/run/…`; what it prints comes with `nextLine`. */
export function startChild(folder: string, name: string, program: string): ChildProcess {
  const file = join(folder, name);
  writeFileSync(file, program);
  return spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Waits until a program printed something. */
export function nextOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => {
      resolve(data.toString());
    });
    child.once('exit', () => {
      reject(new Error('the program ended without output'));
    });
  });
}

/** Ends a program at once, as a power cut would, and waits for its end. */
export function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGKILL');
  });
}
