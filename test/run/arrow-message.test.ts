import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readArrowMessage } from '../../lib/run/arrow-message.js';
import { historySchema, rowsToTable } from '../../lib/run/history-row.js';
import { SEARCH_SPACE_KEY, searchSpaceMetadata } from '../../lib/run/search-space-metadata.js';
import { PAPER_SHAPE } from '../../lib/search-space/shape.js';

/** The metadata of the messages of a table's stream. */
function messagesOf(table: arrow.Table): Uint8Array[] {
  const stream = arrow.tableToIPC(table, 'stream');
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 0; view.getInt32(at + 4, true) > 0;) {
    const end = at + 8 + view.getInt32(at + 4, true);
    const metadata = stream.subarray(at + 8, end);
    messages.push(metadata);
    at = end + (readArrowMessage(metadata)?.bodyBytes ?? stream.length);
    if (at + 8 > stream.length) {
      break;
    }
  }
  return messages;
}

const schemaOf = (schema: arrow.Schema) => messagesOf(new arrow.Table(schema))[0];
const TABLE = rowsToTable([{ epoch: 0, step: 1, phase: 'weights', kind: 'step' }]);

describe('readArrowMessage', () => {
  it('knows schema and batch of a history, and how long their bodies are', () => {
    const [schema, batch] = messagesOf(TABLE).map(readArrowMessage);
    expect(schema).toEqual({ kind: 'schema', bodyBytes: 0, rows: 0 });
    expect(batch).toMatchObject({ kind: 'batch', rows: 1 });
    expect(batch?.bodyBytes).toBeGreaterThan(0);
  });

  it('lets the search space through, and no other metadata', () => {
    const kindWith = (...entries: [string, string][]) =>
      readArrowMessage(schemaOf(historySchema(new Map(entries))))?.kind;
    const [[key, value]] = searchSpaceMetadata(PAPER_SHAPE);
    expect(kindWith([key, value])).toBe('schema');
    expect(kindWith(['pandas', '{}'])).toBeUndefined();
    expect(kindWith([SEARCH_SPACE_KEY, value], ['more', ''])).toBeUndefined();
    expect(kindWith([SEARCH_SPACE_KEY, 'x'.repeat(16_384)])).toBe('schema');
    expect(kindWith([SEARCH_SPACE_KEY, 'x'.repeat(16_385)])).toBeUndefined();
  });

  it.each([
    ['a structure', new arrow.Struct([new arrow.Field('a', new arrow.Int32())])],
    ['a dictionary', new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())],
    ['a date', new arrow.DateDay()],
  ] as [string, arrow.DataType][])(
    'refuses a column of a type that no history has: %s',
    (_, type) => {
      const schema = new arrow.Schema([new arrow.Field('column', type)]);
      expect(readArrowMessage(schemaOf(schema))).toBeUndefined();
    },
  );

  it('refuses a column with metadata of its own', () => {
    const field = new arrow.Field('column', new arrow.Int32(), true, new Map([['a', 'b']]));
    expect(readArrowMessage(schemaOf(new arrow.Schema([field])))).toBeUndefined();
  });

  it('refuses a message whose first half is all there is', () => {
    for (const metadata of messagesOf(TABLE)) {
      for (let length = 0; length <= metadata.length / 2; length++) {
        expect(readArrowMessage(metadata.slice(0, length))).toBeUndefined();
      }
    }
  });
});
