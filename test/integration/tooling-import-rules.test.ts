import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { importRules } from '../../tools/import-rules/rules.ts';
import { importTable } from '../../tools/import-rules/table.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Files to add to a copy of the repository; the first one breaks the rule. */
type Plant = Readonly<Record<string, string>>;

const value = "export const planted = 'planted';\nexport interface Planted { readonly planted: string }\n";
const imports = (specifier: string) =>
  `import { planted } from '${specifier}';\nexport const used = planted;\n`;
const importsType = (specifier: string) =>
  `import type { Planted } from '${specifier}';\nexport type Used = Planted;\n`;

/** Rules that are not rows of the import table. */
const plants: Readonly<Record<string, Plant>> = {
  'only-roots-import-app': {
    'src/api/planted-app.ts': importsType('../app/planted.ts'),
    'src/app/planted.ts': value,
  },
  'nothing-imports-a-main': {
    'src/app/planted-main.ts': imports('./planted/main.ts'),
    'src/app/planted/main.ts': value,
  },
  'port-imports-no-other-port': {
    'src/adapters/chat/planted/planted.ts': importsType('../../tracker/types.ts'),
    'src/adapters/tracker/types.ts': value,
  },
  'vendor-imports-no-other-vendor': {
    'src/adapters/chat/one/planted.ts': imports('../two/planted.ts'),
    'src/adapters/chat/two/planted.ts': value,
  },
  'only-registry-imports-vendors': {
    'src/app/planted-vendor.ts': importsType('../adapters/chat/three/planted.ts'),
    'src/adapters/chat/three/planted.ts': value,
  },
  'stage-imports-no-stage': {
    'src/worker/stages/planted-one.ts': importsType('./planted-two.ts'),
    'src/worker/stages/planted-two.ts': value,
  },
  'only-queue-imports-pg-boss': {
    'src/store/planted-queue.ts': "import type { Job } from 'pg-boss';\nexport type Planted = Job;\n",
  },
  'only-model-imports-model-sdks': {
    'src/app/planted-sdk.ts':
      "import { createAnthropic } from '@ai-sdk/anthropic';\nexport const planted = createAnthropic;\n",
  },
  'only-data-folders-import-the-database': {
    'src/scheduler/planted-sql.ts': "import pg from 'pg';\nexport const planted = pg;\n",
  },
  'web-imports-only-the-contract': {
    'web/src/planted.ts': importsType('../../src/domain/planted.ts'),
    'src/domain/planted.ts': value,
  },
  'nothing-imports-web': {
    'src/api/planted-web.ts': importsType('../../web/src/planted-target.ts'),
    'web/src/planted-target.ts': value,
  },
  'only-process-spawns': {
    'src/worker/planted-spawn.ts':
      "import { spawn } from 'node:child_process';\nexport const planted = spawn;\n",
  },
  'src-imports-no-tests-or-tools': {
    'src/app/planted-tools.ts': importsType('../../tools/planted.ts'),
    'tools/planted.ts': value,
  },
  'contract-suites-are-for-tests': {
    'src/app/planted-contract.ts': imports('../adapters/chat/contract.ts'),
    'src/adapters/chat/contract.ts': value,
  },
  'nothing-imports-a-test': {
    'src/lib/planted-test.ts': imports('./planted-one.test.ts'),
    'src/lib/planted-one.test.ts': value,
  },
  'no-dev-dependency-in-src': {
    'src/lib/planted-dev.ts': "import fc from 'fast-check';\nexport const planted = fc;\n",
  },
  'no-undeclared-package': {
    'src/lib/planted-package.ts':
      "import picocolors from 'picocolors';\nexport const planted = picocolors;\n",
  },
  'no-unresolvable-import': {
    'src/lib/planted-missing.ts': imports('./no-such-file.ts'),
  },
  'no-cycles': {
    'src/lib/planted-cycle-a.ts':
      "import type { B } from './planted-cycle-b.ts';\nexport interface A { readonly b: B }\n",
    'src/lib/planted-cycle-b.ts':
      "import type { A } from './planted-cycle-a.ts';\nexport interface B { readonly a: A }\n",
  },
};

let copy = '';

beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'runyard-import-rules-'));
  for (const name of [
    'src',
    'tools',
    'bench',
    'web/src',
    'web/package.json',
    'test/e2e/support',
    'test/support',
    'package.json',
    '.dependency-cruiser.mjs',
  ]) {
    await cp(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

describe('import rules', () => {
  it('pass a clean copy of the repository', async () => {
    const found = await violations();
    expect(found.map(({ rule, from, to }) => `${rule}: ${from} → ${to}`)).toEqual([]);
  });

  it('have a planted violation each, and say what to do instead', () => {
    const rules = importRules();
    const planted = [...Object.keys(plants), ...rowPlants().map((plant) => plant.rule)];
    expect(rules.map((rule) => rule.name).sort()).toEqual([...new Set(planted)].sort());
    expect(rules.filter((rule) => rule.comment.length < 40)).toEqual([]);
  });

  it('report every planted violation under the name of its rule, in every form an import has', async () => {
    const expected: string[] = [];
    for (const [rule, files] of Object.entries(plants)) {
      await write(files);
      expected.push(`${rule}: ${Object.keys(files)[0]}`);
    }
    for (const { rule, files } of rowPlants()) {
      await write(files);
      expected.push(`${rule}: ${Object.keys(files)[0]}`);
    }
    const reported = new Set((await violations()).map((violation) => `${violation.rule}: ${violation.from}`));
    expect(expected.filter((line) => !reported.has(line))).toEqual([]);
  });
});

/** Violations of the table itself. */
function rowPlants(): { rule: string; files: Plant }[] {
  return [...plantsOfRows(), ...otherForms];
}

const otherForms = Object.entries({
  'src/lib/planted-again.ts': "export { planted } from '../domain/planted-target.ts';\n",
  'src/lib/planted-later.ts': "export const planted = () => import('../domain/planted-target.ts');\n",
  'src/lib/planted-using.ts': `${imports('../domain/planted-target.ts')}export async function useIt(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => void (await import('../domain/planted-target.ts')));
}
`,
}).map(([name, content]) => ({
  rule: 'import-table-lib',
  files: { [name]: content, 'src/domain/planted-target.ts': value },
}));

/** For every row of the table an import and a type-only import of a folder that the row does not allow. */
function plantsOfRows(): { rule: string; files: Plant }[] {
  return importTable
    .filter((row) => !row.mayImport.includes('anything'))
    .flatMap((row) => {
      const target = importTable.find(
        ({ folder }) => folder !== row.folder && !row.mayImport.includes(folder),
      );
      if (!target) throw new Error(`${row.folder} may import everything: nothing to plant`);
      const targetFile = { [`src/${target.folder}/planted-target.ts`]: value };
      const specifier = `../${target.folder}/planted-target.ts`;
      const rule = `import-table-${row.folder}`;
      return [
        { rule, files: { [`src/${row.folder}/planted-value.ts`]: imports(specifier), ...targetFile } },
        { rule, files: { [`src/${row.folder}/planted-type.ts`]: importsType(specifier), ...targetFile } },
      ];
    });
}

async function write(files: Plant): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(copy, name)), { recursive: true });
    await writeFile(path.join(copy, name), content);
  }
}

const resultSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

async function violations(): Promise<{ rule: string; from: string; to: string }[]> {
  const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const output = await new Promise<string>((resolve, reject) => {
    // It ends with the number of violations as its exit code; only a missing report is a failure here.
    const options = { cwd: copy, maxBuffer: 256 * 1024 * 1024 };
    execFile(
      process.execPath,
      [cruiser, '--output-type', 'json', 'src', 'tools', 'web/src'],
      options,
      (error, stdout, stderr) => {
        if (stdout.startsWith('{')) resolve(stdout);
        else reject(new Error(`dependency-cruiser gave no report: ${stderr}`, { cause: error }));
      },
    );
  });
  const { summary } = resultSchema.parse(JSON.parse(output));
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}
