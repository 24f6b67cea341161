import visitorModule from '@swc/core/Visitor.js';
import { importRules } from './tools/import-rules/rules.ts';

// The visitor that comes with swc does not know `using` and gives up on the whole project.
// oxlint-disable-next-line typescript/no-deprecated -- dependency-cruiser uses it, so this must
const { Visitor } = visitorModule;
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function visitStatementOrUsing(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};

// `parser: 'swc'` is needed: TypeScript 7 has no JavaScript API, and without one the default parser finds no import in a .ts
// file and passes everything. test/integration/tooling-import-rules.test.ts would notice.
export default {
  forbidden: importRules(),
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/(fixtures/(repositories|data)|corpus/(repositories|packages))/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
