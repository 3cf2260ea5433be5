/** What to do in this kernel in place of what other kernels and browsers do: a line below the error of a cell. */
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { installedFolder } from './package-access.js';
import { missingBuild, PACKAGE_FOLDER, PACKAGE_NAME } from './package-folder.js';
import type { ConvertResult } from './tslab.js';

type Diagnostic = ConvertResult['diagnostics'][number];

/** A line that IPython gives to a shell, or a magic; `%` and a name without a space is no remainder. */
const ESCAPE = /^\s*(?:!\s*(?<shell>[^\s(].*)|%%?(?<magic>[a-z]\w*)\s*(?<rest>.*))$/i;
/** A command without its `!`, which IPython takes too. */
const BARE_COMMAND = /^\s*(?<shell>(?:npm|npx|pip3?|conda)\s+[\w@-].*)$/;

/** Magics of IPython and what takes their place; others have nothing. */
const MAGICS: Readonly<Record<string, string>> = {
  cd: "process.chdir('folder') changes the folder",
  env: "process.env.NAME = 'value' sets a variable",
  set_env: "process.env.NAME = 'value' sets a variable",
  time: "console.time('name') and console.timeEnd('name') measure time",
  timeit: "console.time('name') and console.timeEnd('name') measure time",
  matplotlib: `await show(figure), from ${PACKAGE_NAME}, shows a figure`,
  html: "display.html('…'), from tslab, shows HTML",
  markdown: "display.markdown('…'), from tslab, shows Markdown",
  latex: "display.latex('…'), from tslab, shows an equation",
  autoreload: 'restart the kernel to load what has changed',
  load_ext: 'restart the kernel to load what has changed',
};

/** Magics whose rest, or whose cell, is for a shell. */
const SHELL_MAGICS = ['bash', 'sh', 'script', 'system', 'sx'];

/** Functions of browsers and of Python. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  prompt: "a cell cannot ask: write the value into the cell, such as const name = '…'",
  input: "a cell cannot ask: write the value into the cell, such as const name = '…'",
  confirm: 'a cell cannot ask: write the answer into the cell, such as const isSure = true',
  alert: 'console.log(…) prints',
  print: 'console.log(…) prints',
};

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The folder in which npm, called in `folder`, installs packages. */
function npmFolder(folder: string): string {
  const isOne = (one: string): boolean =>
    ['package.json', 'node_modules'].some((name) => existsSync(join(one, name)));
  let found = folder;
  while (!isOne(found) && dirname(found) !== found) {
    found = dirname(found);
  }
  return isOne(found) ? found : folder;
}

/** How to install a package for notebooks in a folder; a checkout of this package stays as it is. */
function installation(name: string, folder: string): string {
  const target = npmFolder(folder);
  const command = target === PACKAGE_FOLDER ? 'npm install --no-save' : 'npm install';
  return `run \`${command} ${name}\` in a terminal in ${target}, then the cell again`;
}

function shellHint(command: string, folder: string): string {
  const [, name] =
    /^(?:npm|pip3?|conda) (?:install|i|add)\s+(?:-\S+\s+)*([\w@/.-]+)/.exec(command) ?? [];
  if (command.startsWith('npm') && name !== undefined) {
    return `cells are TypeScript and no shell: ${installation(name, folder)}`;
  }
  if (name !== undefined) {
    return `cells are TypeScript and use packages of npm, not of Python: ${installation('NAME', folder)}`;
  }
  return (
    'cells are TypeScript and no shell: run the command in a terminal, or write ' +
    `import { execSync } from 'node:child_process'; execSync(${quoted(command)}, { encoding: 'utf8' })`
  );
}

function magicHint(magic: string, rest: string, folder: string): string {
  if (['pip', 'conda', 'npm'].includes(magic)) {
    return shellHint(`${magic} ${rest}`, folder);
  }
  if (SHELL_MAGICS.includes(magic)) {
    return shellHint(rest === '' ? '…' : rest, folder);
  }
  const instead = Object.hasOwn(MAGICS, magic) ? `; ${MAGICS[magic]}` : '';
  return `%${magic} is a magic of IPython, which this kernel does not have: cells are TypeScript${instead}`;
}

/** The line of IPython in which the compiler found something; undefined if there is none. */
function escapeHint(line: string, folder: string): string | undefined {
  const { shell, magic, rest = '' } = (ESCAPE.exec(line) ?? BARE_COMMAND.exec(line))?.groups ?? {};
  if (magic !== undefined) {
    return magicHint(magic, rest.trim(), folder);
  }
  // `!isReady && …` with a name that is not known is TypeScript.
  const isCommand = shell !== undefined && !/^[\w$.]+\s*(?:[;?()]|&&|\|\||[=!]=)/.test(shell);
  return isCommand ? shellHint(shell.trim(), folder) : undefined;
}

/** The package of a specifier, such as `@scope/name` of `@scope/name/part`; undefined for files. */
function packageOf(specifier: string): string | undefined {
  return isBuiltin(specifier)
    ? undefined
    : /^(?:@[\w.-]+\/)?\w[\w.-]*(?=\/|$)/.exec(specifier)?.[0];
}

/** What to do about a module that was not found, by notebooks in a folder. */
function moduleHint(message: string, folder: string): string | undefined {
  const [, specifier] = /Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  const name = specifier === undefined ? undefined : packageOf(specifier);
  if (name === undefined) {
    return undefined;
  }
  if (name === PACKAGE_NAME) {
    return missingBuild();
  }
  const installed = installedFolder(name, folder);
  return installed === undefined
    ? `${name} is not installed: ${installation(name, folder)}`
    : `${name} is installed in ${installed}, but the compiler of the cells reads only the fields main and ` +
        'types of its package.json: write // @ts-ignore above the import, which then has no types';
}

/** What the compiler found and what to add to it. */
export interface HintedDiagnostics {
  readonly diagnostics: readonly Diagnostic[];
  readonly hint: string | undefined;
}

/**
 * A hint to what the compiler found in a cell. Of a line that is for IPython, whose words it takes for
 * names, only the first complaint remains.
 *
 * @param folder - of the notebook
 */
export function hintToDiagnostics(
  diagnostics: readonly Diagnostic[],
  source: string,
  folder: string,
): HintedDiagnostics {
  const lines = source.split('\n');
  for (const diagnostic of diagnostics) {
    const { messageText, start } = diagnostic;
    const escape = escapeHint(lines[start.line] ?? '', folder);
    if (escape !== undefined) {
      return { diagnostics: [diagnostic], hint: escape };
    }
    const [, name = ''] = /^Cannot find name '(\w+)'/.exec(messageText) ?? [];
    const hint = Object.hasOwn(FUNCTIONS, name)
      ? `${name} does not exist here: ${FUNCTIONS[name]}`
      : moduleHint(messageText, folder);
    if (hint !== undefined) {
      return { diagnostics, hint };
    }
  }
  return { diagnostics, hint: undefined };
}

/**
 * A hint to what a cell threw; undefined if there is none.
 *
 * @param folder - of the notebook
 */
export function hintToThrown(thrown: unknown, folder: string): string | undefined {
  const { code, message, requireStack } = (thrown ?? {}) as NodeJS.ErrnoException & {
    requireStack?: readonly string[];
  };
  // What a package does not find is a matter of that package.
  const isOfCell = requireStack?.[0] !== undefined && dirname(requireStack[0]) === folder;
  return code === 'MODULE_NOT_FOUND' && isOfCell ? moduleHint(message, folder) : undefined;
}
