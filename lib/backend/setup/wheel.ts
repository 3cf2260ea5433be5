/** Fetches Python wheels with pip and takes the files out that are needed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BackendError } from '../../errors.js';
import { requireSuccess, type SetupContext } from './context.js';
import { runCommand, type CommandResult } from './run-command.js';
import type { Python } from './tools.js';
import { WHEEL_PYTHON } from './versions.js';

/** pip tries again for long when a network is slow; in CI a missing network is to fail at once. */
function pipOptions(environment: NodeJS.ProcessEnv): readonly string[] {
  return environment.CI && !environment.PIP_RETRIES ? ['--retries', '0'] : [];
}

async function download(
  context: SetupContext,
  python: Python,
  requirements: readonly string[],
  folder: string,
  tags: readonly string[],
): Promise<CommandResult> {
  const fixed = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input'];
  return runCommand(
    python.command,
    [
      ...['-m', 'pip', 'download', ...fixed, '--progress-bar', 'off', '--dest', folder],
      ...pipOptions(context.environment),
      ...tags,
      ...requirements,
    ],
    { environment: context.environment, log: context.log },
  );
}

/**
 * Downloads wheels without what they depend on.
 *
 * The wheel of the machine's own Python is tried first, because a mirror may hold only that one;
 * then the wheel of another Python, because the newest Python may have none yet.
 *
 * @param requirements - what pip is asked for, for example `tensorflow-cpu==2.21.0`
 * @param platforms - platform tags for the second try
 * @param folder - where the wheels go
 * @returns paths of the wheels
 * @throws {@link BackendError} if pip fails
 */
export async function downloadWheels(
  context: SetupContext,
  python: Python,
  requirements: readonly string[],
  platforms: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  if (python.pip === undefined) {
    throw new BackendError(
      `${python.command} has no pip; install it (Debian and Ubuntu: apt-get install python3-pip)`,
    );
  }
  const own = await download(context, python, requirements, folder, []);
  if (own.code !== 0) {
    const abi = `cp${WHEEL_PYTHON.replace('.', '')}`;
    const tags = ['--python-version', WHEEL_PYTHON, '--implementation', 'cp', '--abi', abi];
    tags.push('--abi', 'none', ...platforms.flatMap((platform) => ['--platform', platform]));
    const other = await download(context, python, requirements, folder, tags);
    requireSuccess(`pip download ${requirements[0]}`, other);
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .map((name) => join(folder, name));
}

/** Takes the members of a wheel whose names match a pattern; prints version and requirements. */
const EXTRACT = `
import json, os, re, shutil, sys, zipfile
wheel, target, pattern = sys.argv[1:4]
wanted = re.compile(pattern)
report = {"version": None, "requires": []}
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        if re.fullmatch(r"[^/]+\\.dist-info/METADATA", member.filename):
            for line in archive.read(member).decode("utf-8").splitlines():
                if line.startswith("Version: "):
                    report["version"] = line[9:].strip()
                elif line.startswith("Requires-Dist: "):
                    report["requires"].append(line[15:].strip())
                elif not line:
                    break
        path = os.path.normpath(os.path.join(target, member.filename))
        inside = path.startswith(os.path.abspath(target) + os.sep)
        if member.is_dir() or not inside or not wanted.match(member.filename):
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(member) as source, open(path, "wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
        if member.external_attr >> 16 & 0o100:
            os.chmod(path, 0o755)
print(json.dumps(report))
`;

/** What a wheel says of itself. */
export interface WheelReport {
  readonly version: string | null;
  /** Its `Requires-Dist` lines. */
  readonly requires: readonly string[];
}

/**
 * Unpacks the members of `wheel` whose names match `pattern` from their beginning.
 *
 * @param folder - absolute path of the folder they go to
 * @throws {@link BackendError} if the wheel is damaged or the disk is full
 */
export async function unpackWheel(
  context: SetupContext,
  python: Python,
  wheel: string,
  folder: string,
  pattern: RegExp,
): Promise<WheelReport> {
  const parameters = ['-c', EXTRACT, wheel, folder, pattern.source];
  const { environment, log } = context;
  const result = await runCommand(python.command, parameters, { environment, log });
  requireSuccess(`unpacking ${wheel}`, result);
  return JSON.parse(result.stdout) as WheelReport;
}
