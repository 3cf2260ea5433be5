/** Changes of texts made of lines: lists, tables, listings. */
import type { Random } from '#lib/random.js';

const TOKENS = [
  '',
  '0',
  '-1',
  '256',
  '99999999999999999999',
  '1e9',
  'NaN',
  '../../outside',
  '/etc/passwd',
  '#',
  '"',
  ',',
  ':',
  '\t',
  '\\',
  '\ud83d\ude42',
  'e\u0301',
  '\u0000',
  '[',
  ']]',
  '__proto__',
  'x'.repeat(3000),
];

type Change = (lines: string[], random: Random) => void;

const CHANGES: Readonly<Record<string, Change>> = {
  'remove a line': (lines, random) => {
    lines.splice(random.integer(lines.length), 1);
  },
  'repeat a line': (lines, random) => {
    const at = random.integer(lines.length);
    const times = random.chance(0.05) ? 2000 : 1;
    lines.splice(at, 0, ...Array.from({ length: times }, () => lines[at]));
  },
  'swap lines': (lines, random) => {
    const [a, b] = [random.integer(lines.length), random.integer(lines.length)];
    [lines[a], lines[b]] = [lines[b], lines[a]];
  },
  'insert a line': (lines, random) => {
    lines.splice(random.integer(lines.length + 1), 0, TOKENS[random.integer(TOKENS.length)]);
  },
  'replace a word': (lines, random) => {
    const at = random.integer(lines.length);
    const words = lines[at].split(/([\s,:;[\]]+)/);
    words[random.integer(words.length)] = TOKENS[random.integer(TOKENS.length)];
    lines[at] = words.join('');
  },
  'insert a word': (lines, random) => {
    const line = random.integer(lines.length);
    const at = random.integer(lines[line].length + 1);
    const token = TOKENS[random.integer(TOKENS.length)];
    lines[line] = lines[line].slice(0, at) + token + lines[line].slice(at);
  },
};

const ENDS = ['\n', '\n', '\n', '\r\n', '\r', '\u2028', ' '];

/** A text with one change of its lines. */
export function mutateLines(text: string, random: Random): { text: string; name: string } {
  const lines = text.split('\n');
  const names = Object.keys(CHANGES);
  const name = names[random.integer(names.length)];
  CHANGES[name](lines, random);
  return { text: lines.join(random.chance(0.8) ? '\n' : ENDS[random.integer(ENDS.length)]), name };
}

const FORMS = ['utf16le', 'latin1', 'bom'] as const;

/** A text in another encoding, as editors save it. */
export function recode(text: string, random: Random): Buffer {
  const form = FORMS[random.integer(FORMS.length)];
  if (form === 'utf16le') {
    return Buffer.from(`\ufeff${text}`, 'utf16le');
  }
  return form === 'latin1' ? Buffer.from(`${text}ä`, 'latin1') : Buffer.from(`\ufeff${text}`);
}
