import type { ICruiseResult, IDependency, IModule } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import type { FolderRow } from '../import-rules/table.ts';
import { folderGraph, mermaidOf, presentFolders, tableOf } from './folder-graph.ts';

const table: readonly FolderRow[] = [
  { folder: 'lib', job: 'helpers', mayImport: [], instead: '' },
  { folder: 'git', job: 'commands', mayImport: ['lib', 'process'], instead: '' },
  { folder: 'process', job: 'children', mayImport: ['lib'], instead: '' },
  { folder: 'metrics', job: 'figures', mayImport: ['lib'], instead: '' },
];

function module(source: string, ...imports: string[]): IModule {
  return { source, dependencies: imports.map((resolved) => ({ resolved }) as IDependency) } as IModule;
}

const result = {
  modules: [
    module('src/lib/clock.ts'),
    module('src/git/git.ts', 'src/lib/clock.ts', 'src/process/run-process.ts', 'src/git/names.ts', 'zod'),
    module('src/process/run-process.ts', 'src/lib/clock.ts'),
    module('src/process/run-process.test.ts', 'src/git/git.ts'),
    module('src/process/main.ts', 'src/git/git.ts'),
  ],
} as ICruiseResult;

describe('the folder graph', () => {
  const graph = folderGraph(result, table);

  it('holds imports between folders, not those of tests, programs and packages', () => {
    expect([...(graph.get('git') ?? [])].sort()).toEqual(['lib', 'process']);
    expect([...(graph.get('process') ?? [])]).toEqual(['lib']);
  });

  it('is drawn without the folders that everybody imports', () => {
    expect(mermaidOf(graph, ['lib'])).toBe('```mermaid\nflowchart TD\n  git --> process\n```');
  });

  it('is listed beside what each folder may import, folders without a file marked', () => {
    const lines = tableOf(graph, table, presentFolders(result, table)).split('\n');
    expect(lines).toContain('| `git/` | commands | lib, process | lib, process |');
    expect(lines).toContain('| `metrics/` | figures | lib | not there yet |');
  });
});
