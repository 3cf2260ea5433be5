import type { Reporter, TestModule, Vitest } from 'vitest/node';

/**
 * Tells Stryker of test files that could not be loaded: it asks which tests failed, and such a file has
 * none.
 */
export class UnloadableFiles implements Reporter {
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestModuleEnd(module: TestModule): void {
    for (const error of module.errors()) {
      this.vitest?.state.catchError(error, 'Error while a test file was loaded');
    }
  }
}
