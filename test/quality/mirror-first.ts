/** The order in which test files meet a mutant. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Begins with the test of the file that is mutated, then those of its folder: a run ends with the first
 * test that fails, which is most likely there.
 */
export class MirrorFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [mutated = ''] = this.ctx.config.related ?? [];
    const mirror = mutated.replace(/^.*\/lib\//, '/test/').replace(/\.ts$/, '.test.ts');
    const folder = mirror.slice(0, mirror.lastIndexOf('/') + 1);
    const rank = ({ moduleId }: TestSpecification) =>
      moduleId.endsWith(mirror) ? 0 : moduleId.includes(folder) ? 1 : 2;
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
