/** Rules of this project, as a plugin of oxlint. */

/** Finds `{ ...{ a } }`. */
const noSpreadLiteral = {
  create: (context) => ({
    'ObjectExpression > SpreadElement > ObjectExpression'(node) {
      const message =
        'Write the fields out: spreading a literal switches off the check for excess fields.';
      context.report({ node, message });
    },
  }),
};

/** Finds `export` without a comment for the documentation: overloads need one, at the first. */
const documentExports = {
  create({ sourceCode, report }) {
    const hasComment = (node) => {
      const last = sourceCode.getCommentsBefore(node).at(-1);
      return last?.type === 'Block' && last.value.startsWith('*');
    };
    const documented = new Set();
    return {
      'ExportNamedDeclaration[declaration]'(node) {
        const { declaration } = node;
        const name = declaration.id?.name ?? declaration.declarations?.[0].id.name;
        if (hasComment(node)) {
          documented.add(name);
        } else if (!documented.has(name)) {
          report({ node, message: `Say what ${name} is, in a comment /** … */ before it.` });
        }
      },
    };
  },
};

export default {
  meta: { name: 'autodeeplab' },
  rules: { 'no-spread-literal': noSpreadLiteral, 'document-exports': documentExports },
};
