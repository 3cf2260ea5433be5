/** The files by which Jupyter knows a kernel. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { z } from 'zod';
import { libraryVersion } from '../../run/version.js';
import { missingBuild, PACKAGE_FOLDER, PROJECT_FOLDER } from './package-folder.js';

/** The name in the metadata of notebooks. */
export const KERNEL_NAME = 'autodeeplab';

/** That name, or, where several projects have a kernel in one place, with a digest of the project. */
const NAMES = /^autodeeplab(?:-[0-9a-f]{8})?$/;

/** The name that users see: it says of which project the kernel is. */
export function kernelTitle(): string {
  const home = `${homedir()}${sep}`;
  const project = PROJECT_FOLDER.startsWith(home)
    ? join('~', PROJECT_FOLDER.slice(home.length))
    : PROJECT_FOLDER;
  return `TypeScript (autodeeplab in ${project})`;
}

/** A kernelspec that was found. */
export interface InstalledKernel {
  /** The folder that holds it. */
  readonly folder: string;
  /** The package that it starts. */
  readonly packageFolder: string;
  /** The version of the package that wrote it. */
  readonly version: string;
  /** Why it cannot start; undefined if it can. */
  readonly problem: string | undefined;
}

const LAUNCHER = 'launch.mjs';

const specSchema = z.object({
  argv: z.array(z.string()).min(2),
  metadata: z.object({ autodeeplab: z.object({ package: z.string(), version: z.string() }) }),
});

/**
 * The program that Jupyter starts. It lies beside the kernelspec, not in the package, so that it can
 * say what is missing when the package was moved or is not built.
 */
function launcher(): string {
  const start = join(PACKAGE_FOLDER, 'dist', 'notebook', 'kernel', 'start.js');
  return `// Written by \`npx autodeeplab kernel install\`.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const folder = ${JSON.stringify(PACKAGE_FOLDER)};
const start = ${JSON.stringify(start)};

if (!existsSync(start)) {
  const advice = existsSync(folder)
    ? \`the package is not built: run \\\`npm run build\\\` in \${folder}\`
    : \`\${folder} no longer exists: run \\\`npx autodeeplab kernel install\\\` where the package is now\`;
  console.error(\`kernel ${KERNEL_NAME}: \${advice}\`);
  process.exit(1);
}
await import(pathToFileURL(start).href);
`;
}

/** A letter pair on a trellis of dots. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
  <rect width="64" height="64" rx="8" fill="#3178c6"/>
  <g stroke="#ffffff" stroke-opacity="0.45" stroke-width="2" fill="none">
    <path d="M9 10 L24.5 10 L40 22 L55 10 M24.5 10 L40 10 L55 22 M9 10 L24.5 22 L40 22 L55 22"/>
  </g>
  <g fill="#ffffff">
    <circle cx="9" cy="10" r="3"/><circle cx="24.5" cy="10" r="3"/><circle cx="40" cy="10" r="3"/>
    <circle cx="55" cy="10" r="3"/><circle cx="24.5" cy="22" r="3"/><circle cx="40" cy="22" r="3"/>
    <circle cx="55" cy="22" r="3"/>
    <path d="M11 34 H32 V39 H24.3 V58 H18.7 V39 H11 Z"/>
    <path d="M53 40.6 C50.8 39.2 48.6 38.5 46.4 38.5 C43.9 38.5 42.4 39.3 42.4 40.8 C42.4 42.3
      43.6 42.9 47 43.8 C51.6 45 53.9 46.8 53.9 50.8 C53.9 55.4 50.4 58.3 45 58.3 C41.4 58.3 38.1
      57.2 35.4 55.1 L37.6 51 C40 52.7 42.5 53.6 44.9 53.6 C47.4 53.6 48.7 52.7 48.7 51.2 C48.7
      49.6 47.5 49 44 48.1 C39.5 46.9 37.2 45.1 37.2 41.1 C37.2 36.7 40.8 33.7 46.2 33.7 C49.4
      33.7 52.3 34.6 54.8 36.3 Z"/>
  </g>
</svg>
`;

function problemOf(argv: readonly string[], packageFolder: string): string | undefined {
  const lost = argv.slice(0, 2).find((file) => !existsSync(file));
  if (lost !== undefined) {
    return `${lost} is missing; run npx autodeeplab kernel install`;
  }
  if (!existsSync(packageFolder)) {
    return `${packageFolder} is missing; run npx autodeeplab kernel install`;
  }
  return packageFolder === PACKAGE_FOLDER ? missingBuild() : undefined;
}

/** Reads a kernelspec; undefined if there is none. */
function readSpec(folder: string): InstalledKernel | undefined {
  let text;
  try {
    text = readFileSync(join(folder, 'kernel.json'), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { argv, metadata } = specSchema.parse(JSON.parse(text));
    const { package: packageFolder, version } = metadata.autodeeplab;
    return { folder, packageFolder, version, problem: problemOf(argv, packageFolder) };
  } catch {
    const problem = 'kernel.json is unreadable; run npx autodeeplab kernel install';
    return { folder, packageFolder: '?', version: '?', problem };
  }
}

/** The kernels of this library in a data folder, whichever project wrote them. */
export function readKernelspecs(dataFolder: string): readonly InstalledKernel[] {
  const kernels = join(dataFolder, 'kernels');
  const names = existsSync(kernels) ? readdirSync(kernels).sort() : [];
  return names.flatMap((name) => (NAMES.test(name) ? (readSpec(join(kernels, name)) ?? []) : []));
}

/** Whether this project may write and remove a kernelspec: its own, or one that nobody can start. */
function isFree(folder: string): boolean {
  const spec = readSpec(folder);
  return (
    spec === undefined || spec.packageFolder === PACKAGE_FOLDER || !existsSync(spec.packageFolder)
  );
}

/** The folders of this project's kernelspec: the plain one, or, where another project has that, one of its own. */
function specFolders(dataFolder: string): readonly [plain: string, own: string] {
  const digest = createHash('sha256').update(PACKAGE_FOLDER).digest('hex').slice(0, 8);
  return [
    join(dataFolder, 'kernels', KERNEL_NAME),
    join(dataFolder, 'kernels', `${KERNEL_NAME}-${digest}`),
  ];
}

/**
 * Writes the kernelspec of this project; replaces an older one of it. Where another project has the name
 * `autodeeplab`, a digest of this project's folder is added to it.
 *
 * @param dataFolder - a data folder of Jupyter
 * @returns the folder of the kernelspec
 */
export function writeKernelspec(dataFolder: string): string {
  const [plain, own] = specFolders(dataFolder);
  const folder = isFree(plain) ? plain : own;
  if (folder === plain) {
    rmSync(own, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
  const spec = {
    argv: [process.execPath, join(folder, LAUNCHER), '{connection_file}'],
    display_name: kernelTitle(),
    language: 'typescript',
    // By message, so that an interrupt arrives while the kernel computes, and on Windows.
    interrupt_mode: 'message',
    metadata: { autodeeplab: { package: PACKAGE_FOLDER, version: libraryVersion() } },
  };
  writeFileSync(join(folder, 'kernel.json'), `${JSON.stringify(spec, undefined, 2)}\n`);
  writeFileSync(join(folder, LAUNCHER), launcher());
  writeFileSync(join(folder, 'logo-svg.svg'), LOGO);
  return folder;
}

/** Removes the kernelspec of this project from a data folder; returns false if there was none. */
export function removeKernelspec(dataFolder: string): boolean {
  const found = specFolders(dataFolder).filter((folder) => existsSync(folder) && isFree(folder));
  found.forEach((folder) => {
    rmSync(folder, { recursive: true, force: true });
  });
  return found.length > 0;
}
