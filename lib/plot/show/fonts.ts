/**
 * Letters in PNGs on machines without fonts.
 *
 * SVG is turned into PNG by librsvg, which takes fonts from the system. A bare container has none
 * and would draw boxes instead of letters; there the fonts of KaTeX, which this library depends on
 * for its notebooks, stand in.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

const FONT_FILE = /\.(ttf|otf|ttc|pfb|pcf|woff2?)$/i;
const SYSTEM_CONFIGURATION = '/etc/fonts/fonts.conf';

/**
 * The folders in which Linux keeps fonts: the usual ones and those that the system's configuration
 * names.
 *
 * @param configuration - the text of the system's `fonts.conf`
 */
export function fontFolders(configuration: string): string[] {
  const home = homedir();
  const named = [...configuration.matchAll(/<dir[^>]*>([^<]+)<\/dir>/g)].map(([, folder]) =>
    folder.trim().replace(/^~/, home),
  );
  const usual = ['/usr/share/fonts', '/usr/local/share/fonts'];
  const own = ['.fonts', '.local/share/fonts'].map((folder) => path.join(home, folder));
  return [...new Set([...usual, ...own, ...named])].filter((folder) => path.isAbsolute(folder));
}

/** True if a font lies in one of the folders or in a folder inside, four levels deep. */
export function hasFonts(folders: readonly string[], depth = 4): boolean {
  return folders.some((folder) => {
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return false;
    }
    return (
      entries.some((entry) => !entry.isDirectory() && FONT_FILE.test(entry.name)) ||
      (depth > 0 &&
        hasFonts(
          entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name)),
          depth - 1,
        ))
    );
  });
}

/** A configuration of fontconfig for one folder of fonts. */
export function fontConfiguration(folder: string, cache: string, family: string): string {
  const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escape(folder)}</dir>
  <cachedir>${escape(cache)}</cachedir>
  <match target="pattern">
    <edit name="family" mode="append" binding="weak"><string>${family}</string></edit>
  </match>
</fontconfig>
`;
}

let isDone = false;

/**
 * Makes sure that PNGs get letters: on Linux without any font, points fontconfig to KaTeX's. Does
 * nothing elsewhere, or where `FONTCONFIG_FILE` or `FONTCONFIG_PATH` is set.
 *
 * @returns the folder of the fonts that stand in, or undefined where none are needed
 */
export function useSomeFont(): string | undefined {
  if (isDone) {
    return undefined;
  }
  isDone = true;
  const { FONTCONFIG_FILE, FONTCONFIG_PATH } = process.env;
  if (process.platform !== 'linux' || FONTCONFIG_FILE || FONTCONFIG_PATH) {
    return undefined;
  }
  const configuration = existsSync(SYSTEM_CONFIGURATION)
    ? readFileSync(SYSTEM_CONFIGURATION, 'utf8')
    : '';
  if (configuration !== '' && hasFonts(fontFolders(configuration))) {
    return undefined;
  }
  const folder = katexFonts();
  const temporary = mkdtempSync(path.join(tmpdir(), 'autodeeplab-fonts-'));
  const file = path.join(temporary, 'fonts.conf');
  writeFileSync(file, fontConfiguration(folder, temporary, 'KaTeX_SansSerif'));
  process.env.FONTCONFIG_FILE = file;
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
  return folder;
}

/** The folder of the fonts that KaTeX brings. */
export function katexFonts(): string {
  const file = createRequire(import.meta.url).resolve('katex');
  return path.join(path.dirname(file), 'fonts');
}
