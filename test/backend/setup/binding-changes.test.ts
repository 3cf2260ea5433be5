import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findNativePackage } from '../../../lib/backend/native-package.js';
import { BINDING_FILES, changeBinding } from '../../../lib/backend/setup/binding-changes.js';
import { BackendError } from '../../../lib/errors.js';

const packageFolder = findNativePackage();

const sources = (packageFolder === undefined ? [] : BINDING_FILES).map(
  (name) => [name, readFileSync(join(packageFolder ?? '', 'binding', name), 'utf8')] as const,
);

describe.runIf(packageFolder !== undefined)('changeBinding', () => {
  it('leaves no state that the threads of a process share', () => {
    const changed = sources.map(([name, source]) => changeBinding(name, source)).join('\n');
    expect(changed.match(/^static (?!inline|napi_value|void|thread_local).*;$/gm)).toBeNull();
    expect(changed).not.toContain('new NapiAutoRef');
    expect(changed).toContain('autodeeplab::ExportOperations(env, exports);');
  });

  it('refuses a source that it was not written for, and names the place', () => {
    const [name, source] = sources[0];
    const other = source.replace('ATTR_NAME_SET;', 'NAMES;');
    expect(() => changeBinding(name, other)).toThrow(BackendError);
    expect(() => changeBinding(name, other)).toThrow(
      `${name} of tfjs's binding: expected once "static std::set<std::string> ATTR_NAME_SET;", ` +
        'found it 0 times',
    );
    expect(() => changeBinding(name, changeBinding(name, source))).toThrow('expected once');
  });
});
