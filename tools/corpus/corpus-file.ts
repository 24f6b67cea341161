import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { guardActions, guardNames } from '../../src/domain/guard.ts';
import { checkKinds } from '../../src/domain/verdict.ts';

const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const file = z.string().min(1);

/** One small change of one file. `{{secret:…}}` in a text becomes a made-up secret when it is applied: none is stored here. */
const editSchema = z.union([
  z.strictObject({
    file,
    replace: z.string().min(1),
    with: z.string(),
    everywhere: z.boolean().default(false),
  }),
  z.strictObject({ file, content: z.string() }),
  z.strictObject({ file, append: z.string() }),
  z.strictObject({ file, prepend: z.string() }),
  z.strictObject({ delete: file }),
  z.strictObject({ move: file, to: file }),
  z.strictObject({ file, binaryBytes: z.number().int().positive() }),
  z.strictObject({ file, textBytes: z.number().int().positive() }),
  z.strictObject({ patch: file }),
]);
export type Edit = z.infer<typeof editSchema>;

/** What must be in the verdict. Lists are alternatives a fair reader accepts. */
const problemSchema = z.strictObject({
  /** Kinds of the check that must fail. */
  check: z
    .union([z.enum(checkKinds), z.array(z.enum(checkKinds))])
    .transform((value) => (typeof value === 'string' ? [value] : value)),
  category: oneOrMore,
  file: oneOrMore.optional(),
  /** A text of the changed file: the problem must be on its line. */
  at: z.string().optional(),
  symbol: oneOrMore.optional(),
});
export type ExpectedProblem = z.infer<typeof problemSchema>;

const guardSchema = z.strictObject({
  guard: z.enum(guardNames),
  action: z.enum(guardActions).exclude(['off']),
  file: z.string().optional(),
  /** Where something else refuses the change too; absent: what the action means. */
  status: z.enum(['passed', 'failed']).optional(),
});
export type ExpectedGuard = z.infer<typeof guardSchema>;

const caseFields = {
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** What is special about it, for whoever reads the table. */
  why: z.string().optional(),
  /** What is different on the base commit, for this case alone. */
  before: z.array(editSchema).default([]),
  change: z.array(editSchema).min(1),
  format: z.enum(['fail', 'warn']).optional(),
  /** Files the plan allows; absent: there is no plan. */
  scope: z.array(z.string()).optional(),
  /** Part of the quick run of CI. */
  quick: z.boolean().default(false),
};
const rightSchema = z.strictObject({
  ...caseFields,
  /** Guards that may ask a person or warn about it. Any other is a false alarm. */
  mayTell: z.array(z.enum(guardNames)).default([]),
  /** Words that must be among the warnings. */
  warning: z.string().optional(),
});
const wrongSchema = z.strictObject({
  ...caseFields,
  expect: z.union([problemSchema, guardSchema]),
});
export type RightCase = z.infer<typeof rightSchema>;
export type WrongCase = z.infer<typeof wrongSchema>;

const corpusSchema = z.strictObject({
  about: z.string(),
  /** Where the files come from and under which licence, for packages of others. */
  origin: z.string().optional(),
  /** A package of node_modules whose published files are the base commit; absent: the folder `repository` beside this file. */
  installed: z.string().optional(),
  /** Programs that must be there. */
  needs: z.array(z.string()).default([]),
  /** Its installation or build takes long: not in the quick run. */
  heavy: z.boolean().default(false),
  /** Files the base commit has besides or instead. */
  base: z.array(editSchema).default([]),
  right: z.array(rightSchema).min(1),
  wrong: z.array(wrongSchema).min(1),
});

export interface Stack extends z.infer<typeof corpusSchema> {
  readonly name: string;
  readonly folder: string;
}
export type Case =
  | { readonly kind: 'right'; readonly name: string; readonly stack: Stack; readonly spec: RightCase }
  | { readonly kind: 'wrong'; readonly name: string; readonly stack: Stack; readonly spec: WrongCase };

const root = path.resolve(import.meta.dirname, '../..');
const places = ['test/corpus/repositories', 'test/corpus/packages'];

/** Every stack of the corpus, by name. */
export function readStacks(): Stack[] {
  return places.flatMap((place) =>
    readdirSync(path.join(root, place), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => readStack(path.join(root, place, entry.name))),
  );
}

export function casesOf(stack: Stack): Case[] {
  const named = (name: string) => `${stack.name}/${name}`;
  return [
    ...stack.right.map((spec) => ({ kind: 'right' as const, name: named(spec.name), stack, spec })),
    ...stack.wrong.map((spec) => ({ kind: 'wrong' as const, name: named(spec.name), stack, spec })),
  ];
}

function readStack(folder: string): Stack {
  const source = path.join(folder, 'cases.yaml');
  const parsed = corpusSchema.safeParse(parse(readFileSync(source, 'utf8')));
  if (!parsed.success) throw new Error(`${source}: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, name: path.basename(folder), folder };
}
