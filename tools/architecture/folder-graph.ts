import type { ICruiseResult } from 'dependency-cruiser';
import type { FolderRow } from '../import-rules/table.ts';

/** Which folder of `src/` imports which; both names as in the import table. */
export type FolderGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** The imports between folders, tests and composition roots left out. */
export function folderGraph(result: ICruiseResult, table: readonly FolderRow[]): FolderGraph {
  const folders = table.map((row) => row.folder);
  const graph = new Map<string, Set<string>>(folders.map((folder) => [folder, new Set()]));
  for (const module of result.modules.filter((candidate) => isProductFile(candidate.source))) {
    const from = folderOf(module.source, folders);
    for (const dependency of module.dependencies) {
      const to = folderOf(dependency.resolved, folders);
      if (from !== null && to !== null && from !== to) graph.get(from)?.add(to);
    }
  }
  return graph;
}

/** A Mermaid flow chart. Folders that everybody imports are left out: their arrows would hide the others. */
export function mermaidOf(graph: FolderGraph, leftOut: readonly string[]): string {
  const lines = ['```mermaid', 'flowchart TD'];
  for (const [from, targets] of graph) {
    if (leftOut.includes(from)) continue;
    for (const to of [...targets].sort()) {
      if (!leftOut.includes(to)) lines.push(`  ${from} --> ${to}`);
    }
  }
  return [...lines, '```'].join('\n');
}

/** The import table with what each folder imports today. Folders without a file yet are marked. */
export function tableOf(
  graph: FolderGraph,
  table: readonly FolderRow[],
  present: ReadonlySet<string>,
): string {
  const rows = table.map((row) => {
    const today = present.has(row.folder)
      ? listOf([...(graph.get(row.folder) ?? [])].sort())
      : 'not there yet';
    return `| \`${row.folder}/\` | ${row.job} | ${listOf(row.mayImport)} | ${today} |`;
  });
  return ['| `src/…` | job | may import | imports today |', '|---|---|---|---|', ...rows].join('\n');
}

/** The folders that have at least one file. */
export function presentFolders(result: ICruiseResult, table: readonly FolderRow[]): ReadonlySet<string> {
  const folders = table.map((row) => row.folder);
  const found = result.modules.map((module) => folderOf(module.source, folders));
  return new Set(found.filter((folder) => folder !== null));
}

function folderOf(path: string, folders: readonly string[]): string | null {
  if (path.endsWith('/main.ts')) return null;
  return folders.find((folder) => path.startsWith(`src/${folder}/`)) ?? null;
}

function isProductFile(path: string): boolean {
  return (
    path.startsWith('src/') &&
    !path.endsWith('.test.ts') &&
    !/^src\/adapters\/[^/]+\/contract\.ts$/.test(path)
  );
}

function listOf(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : '–';
}
