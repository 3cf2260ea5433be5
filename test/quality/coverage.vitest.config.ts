import { mergeConfig } from 'vitest/config';
import config from '../../vitest.config.js';

/** The whole suite, with the lines of the library that it executes. */
export default mergeConfig(config, {
  test: {
    setupFiles: ['test/quality/coverage-of-children.ts'],
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['lib/**/*.ts'],
      reporter: ['json'],
      reportsDirectory: 'out/coverage/tests',
      reportOnFailure: true,
    },
  },
});
