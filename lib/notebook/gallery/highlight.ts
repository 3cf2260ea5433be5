/** Code with its words marked, for the style sheet to colour. */
import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import { escapeHtml } from '../../text.js';

const own = highlighter.newInstance();
own.registerLanguage('typescript', typescript);
own.registerLanguage('bash', bash);
own.registerLanguage('json', json);
own.registerLanguage('python', python);

/** Code as HTML; of an unknown language, or none, as it stands. */
export function highlight(code: string, language: string | undefined): string {
  const known = language !== undefined && own.getLanguage(language) !== undefined;
  return known ? own.highlight(code, { language }).value : escapeHtml(code);
}
