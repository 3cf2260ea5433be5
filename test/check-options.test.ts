import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkOptions } from '../lib/check-options.js';
import { ConfigError } from '../lib/errors.js';

const schema = z.strictObject({ crop: z.strictObject({ height: z.int() }), name: z.string() });

describe('checkOptions', () => {
  it('returns what fits the schema', () => {
    const options = { crop: { height: 3 }, name: 'a' };
    expect(checkOptions(schema, options, 'test')).toEqual(options);
  });

  it('names the place of the first thing that is wrong', () => {
    const check = (options: unknown) => () => checkOptions(schema, options, 'test');
    expect(check({ crop: { height: 1.5 }, name: 3 })).toThrow(ConfigError);
    expect(check({ crop: { height: 1.5 }, name: 3 })).toThrow(
      /^test: expected valid options, got crop\.height: /,
    );
    expect(check({ crop: { height: 1 }, name: 'a', size: 2 })).toThrow(/"size"/);
  });

  it('names the place in the form that a value comes closest to', () => {
    const forms = z.strictObject({
      classes: z.union([z.string(), z.array(z.strictObject({ id: z.int() }))]),
      split: z.union([
        z.strictObject({ images: z.string() }),
        z.strictObject({ list: z.string(), missing: z.enum(['skip']).optional() }),
      ]),
    });
    const check = (classes: unknown, split: unknown) => () =>
      checkOptions(forms, { classes, split }, 'test');
    expect(check([{ id: 1.5 }], { images: 'a' })).toThrow(/got classes\.0\.id: .*expected int/);
    expect(check(5, { images: 'a' })).toThrow(/got classes: Invalid input$/);
    expect(check('a', { images: 5 })).toThrow(/got split\.images: .*expected string/);
    expect(check('a', { list: 'b', missing: 'c' })).toThrow(/got split\.missing: .*"skip"/);
  });
});
