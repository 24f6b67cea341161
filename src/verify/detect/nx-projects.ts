/** Projects that nx runs by a project.json instead of by scripts, if the root says that it is there. */
export function projectFilesOf(paths: readonly string[]): string[] {
  if (!paths.includes('nx.json')) return [];
  return paths.filter((path) => /(?:^|\/)project\.json$/.test(path) && !/(?:^|\/)node_modules\//.test(path));
}
