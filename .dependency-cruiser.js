/** Imports point down in the table of rooms of lib/README.md, and never in a circle. */
import { readFileSync } from 'node:fs';
import { URL } from 'node:url';

const table = readFileSync(new URL('lib/README.md', import.meta.url), 'utf8');
const rooms = [...table.matchAll(/^\| `([\w./-]+)` /gm)].map(([, room]) => room);

const pathOf = (room) => `^lib/${room.replaceAll('.', '\\.')}${room.endsWith('/') ? '' : '$'}`;

export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two modules that import each other are one module.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-file-in-a-room',
      comment: 'A new room needs a row in lib/README.md.',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: rooms.map(pathOf) },
    },
    ...rooms.slice(1).map((room, i) => ({
      name: `${room.replace(/\W+$/, '')}-imports-downwards`,
      comment: `${room} may not import from a room above it in lib/README.md.`,
      severity: 'error',
      from: { path: pathOf(room) },
      to: { path: rooms.slice(0, i + 1).map(pathOf) },
    })),
    {
      name: 'siblings',
      comment: 'Search and retraining share only what is in training/.',
      severity: 'error',
      from: { path: '^lib/search/' },
      to: { path: '^lib/retrain/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
