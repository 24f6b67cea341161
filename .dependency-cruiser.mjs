import { importRules } from './tools/import-rules/rules.ts';

// `parser: 'swc'` is needed: TypeScript 7 has no JavaScript API, and without one the default parser finds no import in a .ts
// file and passes everything. test/integration/tooling-import-rules.test.ts would notice.
export default {
  forbidden: importRules(),
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/fixtures/(repositories|data)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
