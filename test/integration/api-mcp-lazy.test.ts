import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Which packages of the protocol a process has loaded that imported these files. */
function loadedBy(...files: readonly string[]): string[] {
  const program = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ resolve(name, context, next) {
      const found = next(name, context);
      const [, inside] = found.url.match(/node_modules\\/(@modelcontextprotocol\\/\\w+)/) ?? [];
      if (inside) seen.add(inside);
      return found;
    } });
    for (const file of ${JSON.stringify(files)}) await import(file);
    console.log(JSON.stringify([...seen]));`;
  const node = path.join(root, 'node_modules/.bin/node');
  const words = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(node, words, { cwd: root, encoding: 'utf8', timeout: 60_000 })) as string[];
}

it('a server loads nothing of MCP before somebody asks for it', () => {
  const file = (name: string) => path.join(root, 'src', name);
  expect(loadedBy(file('api/server.ts'), file('app/control-plane.ts'))).toEqual([]);
  expect(loadedBy(file('api/mcp/http.ts'))).toContain('@modelcontextprotocol/server');
});
