// Keeps and reads steps of one key, over and over, beside another process that does the same:
// node keep.mjs FOLDER KEY MARK. Prints the marks of what it read; fails if it read a part.
import console from 'node:console';
import process from 'node:process';
import { keepSteps, readSteps } from '../../../../dist/runtime/compiled/graph-folder.js';

const TIMES = 150;
const BYTES = 200_000;

const [folder, key, mark] = process.argv.slice(2);
const place = { folder, limit: 3 * BYTES };
const facts = { ends: {}, works: {}, tried: [] };
const seen = new Set();
for (let i = 0; i < TIMES; i++) {
  keepSteps(place, key, { facts, graph: new Uint8Array(BYTES).fill(Number(mark)) });
  keepSteps(place, String(i % 10).repeat(64), { facts, graph: new Uint8Array(BYTES) }); // others make room
  const found = readSteps(place, key);
  if (found !== undefined) {
    if (found.graph.length !== BYTES || found.graph.some((byte) => byte !== found.graph[0])) {
      throw new Error('read a part of a file');
    }
    seen.add(found.graph[0]);
  }
}
console.log([...seen].join());
