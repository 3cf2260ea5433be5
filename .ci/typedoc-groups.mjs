// Groups the flat names of the documentation by task: the sections of lib/index.ts, in their order.
import { readFileSync } from 'node:fs';
import { URL } from 'node:url';
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';

const INDEX = new URL('../lib/index.ts', import.meta.url);

/** The section of each name that lib/index.ts exports, and the sections in order. */
function sections() {
  const groups = new Map();
  const order = [];
  const parts = readFileSync(INDEX, 'utf8')
    .split(/^\/\/ (.+)$/m)
    .slice(1);
  for (let i = 0; i < parts.length; i += 2) {
    const [title, code] = [parts[i], parts[i + 1]];
    order.push(title);
    const lists = [...code.matchAll(/\{([^}]*)\}/g)].flatMap(([, names]) => names.split(','));
    const spaces = [...code.matchAll(/\* as (\w+)/g)].map(([, name]) => name);
    for (const name of [...lists.map((text) => text.trim()), ...spaces]) {
      groups.set(name, title);
    }
  }
  return { groups, order };
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  const { groups, order } = sections();
  app.on('bootstrapEnd', () => app.options.setValue('groupOrder', order));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const [module] = project.getChildrenByKind(ReflectionKind.Module);
    for (const child of module?.children ?? []) {
      const group = groups.get(child.name);
      if (group !== undefined) {
        child.comment ??= new Comment();
        child.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: group }]));
      }
    }
  });
}
