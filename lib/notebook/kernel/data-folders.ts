/** The folders in which Jupyter looks for kernels. */
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * The folder in which Jupyter keeps a user's data.
 *
 * Source: jupyter_core.paths, `jupyter_data_dir`.
 */
export function userDataFolder(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  const { JUPYTER_DATA_DIR: own, APPDATA, XDG_DATA_HOME } = environment;
  if (own) {
    return own;
  }
  switch (platform) {
    case 'win32':
      return APPDATA ? join(APPDATA, 'jupyter') : join(home, '.jupyter', 'data');
    case 'darwin':
      return join(home, 'Library', 'Jupyter');
    default:
      return XDG_DATA_HOME
        ? join(XDG_DATA_HOME, 'jupyter')
        : join(home, '.local', 'share', 'jupyter');
  }
}

/** The data folder of an installation of Python, such as a virtual environment. */
export function prefixDataFolder(prefix: string): string {
  return join(prefix, 'share', 'jupyter');
}

/** All data folders that are known without asking Python. */
export function dataFolders(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const { JUPYTER_PATH: path, VIRTUAL_ENV, CONDA_PREFIX, PROGRAMDATA } = environment;
  const system =
    platform === 'win32'
      ? [join(PROGRAMDATA ?? 'C:\\ProgramData', 'jupyter')]
      : ['/usr/local/share/jupyter', '/usr/share/jupyter'];
  return [
    ...(path ? path.split(delimiter) : []),
    userDataFolder(environment, platform),
    ...[VIRTUAL_ENV, CONDA_PREFIX].flatMap((prefix) => (prefix ? [prefixDataFolder(prefix)] : [])),
    ...system,
  ].filter((folder, index, all) => folder !== '' && all.indexOf(folder) === index);
}
