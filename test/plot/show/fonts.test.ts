import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  fontConfiguration,
  fontFolders,
  hasFonts,
  katexFonts,
} from '../../../lib/plot/show/fonts.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const FOLDER = temporaryFolder();

describe('fonts', () => {
  it('are looked for where the system keeps them', async () => {
    const folders = fontFolders('<fontconfig><dir prefix="x">/opt/fonts</dir><dir>~/f</dir>');
    expect(folders).toContain('/usr/share/fonts');
    expect(folders).toContain('/opt/fonts');
    expect(folders.every((folder) => path.isAbsolute(folder))).toBe(true);
    const empty = path.join(FOLDER, 'fonts');
    await mkdir(path.join(empty, 'deep', 'er'), { recursive: true });
    expect(hasFonts([empty, path.join(FOLDER, 'missing')])).toBe(false);
    await writeFile(path.join(empty, 'deep', 'er', 'a.TTF'), '');
    expect(hasFonts([empty])).toBe(true);
    expect(hasFonts([katexFonts()])).toBe(true);
  });

  it("are KaTeX's where there are no others, and draw letters", async () => {
    // Fonts are chosen once a process, so this takes another one.
    const file = path.join(FOLDER, 'fonts.conf');
    await writeFile(file, fontConfiguration(katexFonts(), FOLDER, 'KaTeX_SansSerif'));
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><text x="5" y="25" ' +
      'font-size="20" font-family="Helvetica, sans-serif">iiii αβ MMMM</text></svg>';
    const program =
      `const sharp = require('sharp'); sharp(Buffer.from(${JSON.stringify(svg)}))` +
      `.flatten({ background: '#fff' }).trim({ threshold: 20 }).toBuffer({ resolveWithObject: true })` +
      `.then(({ info }) => console.log(info.width));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      env: { ...process.env, FONTCONFIG_FILE: file },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    // KaTeX's sans serif letters are narrower than those of any usual font; boxes are wider.
    expect(Number(stdout)).toBeGreaterThan(80);
    expect(Number(stdout)).toBeLessThan(150);
  });
});
