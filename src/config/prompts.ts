import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { messageOf, type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';

/**
 * The templates the pipeline uses and the values it gives to each. `untrusted` values come from outside (tickets, repositories,
 * output of commands): they cannot close the tag that fences them.
 */
const templates = {
  'plan-system': { placeholders: ['schema'], untrusted: [] },
  'plan-user': { placeholders: ['repository', 'title', 'body'], untrusted: ['repository', 'title', 'body'] },
  'plan-repair': { placeholders: ['problems'], untrusted: [] },
  'implement-system': { placeholders: [], untrusted: [] },
  'implement-user': {
    placeholders: ['repository', 'title', 'body', 'plan'],
    untrusted: ['repository', 'title', 'body', 'plan'],
  },
  'heal-user': { placeholders: ['attempts'], untrusted: ['attempts'] },
} as const satisfies Record<string, { placeholders: readonly string[]; untrusted: readonly string[] }>;

export type PromptName = keyof typeof templates;

export interface Prompts {
  /** Fills a template in. Throws for a name or a set of values that does not fit: an error of the caller. */
  render(name: string, values: Readonly<Record<string, string>>): string;
  /** `name@version` of every template, for the record. */
  readonly versions: readonly string[];
}

/** Where the templates of this installation are. */
export const promptsFolder = fileURLToPath(new URL('../../prompts', import.meta.url));

/** Reads and checks every template (S7): a missing, empty or wrong one is named here, not in the middle of a run. */
export async function loadPrompts(folder: string = promptsFolder): Promise<Prompts> {
  const names = Object.keys(templates) as PromptName[];
  const loaded = new Map<string, Template>();
  for (const name of names) loaded.set(name, await loadTemplate(name, path.join(folder, `${name}.md`)));
  return {
    render(name, values) {
      const template = loaded.get(name);
      if (!template)
        throw runyardError('config.prompt-values', { prompt: name, problem: 'There is no such template.' });
      return render(name as PromptName, template, values);
    },
    versions: [...loaded].map(([name, { version }]) => `${name}@${version}`),
  };
}

const frontMatterSchema = z.strictObject({
  name: z.string(),
  version: z.int().min(1),
  placeholders: z.array(z.string()),
});

interface Template {
  readonly version: number;
  readonly body: string;
}

async function loadTemplate(name: PromptName, file: string): Promise<Template> {
  const unusable = (problem: string, cause?: unknown): RunyardError =>
    runyardError('config.prompt-unusable', { prompt: name, file, problem }, cause);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw unusable(missing ? 'the file is missing' : messageOf(error), error);
  });
  const [, head, body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n')) ?? [];
  if (head === undefined)
    throw unusable(text.trim() === '' ? 'the file is empty' : 'it does not start with front matter (---)');
  const meta = frontMatterSchema.safeParse(yamlOrNull(head));
  if (!meta.success)
    throw unusable(
      'its front matter needs name, version (a whole number) and placeholders (a list), and nothing else',
    );
  if (meta.data.name !== name) throw unusable(`its front matter names it "${meta.data.name}"`);
  if (body.trim() === '') throw unusable('it has no text');
  const problem = placeholderProblem(name, meta.data.placeholders, body);
  if (problem) throw unusable(problem);
  return { version: meta.data.version, body: body.trim() };
}

function placeholderProblem(name: PromptName, declared: readonly string[], body: string): string | null {
  const known: readonly string[] = templates[name].placeholders;
  const used = new Set(
    [...body.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)].map(([, placeholder = '']) => placeholder),
  );
  const quoted = (word: string) => `{{${word}}}`;
  const allowed = known.length > 0 ? known.map(quoted).join(', ') : 'none';
  const unknown = [...used, ...declared].find((placeholder) => !known.includes(placeholder));
  if (unknown !== undefined)
    return `the placeholder ${quoted(unknown)} is unknown here; it may use: ${allowed}`;
  const undeclared = [...used].find((placeholder) => !declared.includes(placeholder));
  if (undeclared !== undefined)
    return `it uses ${quoted(undeclared)} without declaring it in its front matter`;
  const unused = known.find((placeholder) => !used.has(placeholder));
  if (unused !== undefined) return `it never uses ${quoted(unused)}, so what stands there would be lost`;
  return null;
}

function render(name: PromptName, { body }: Template, values: Readonly<Record<string, string>>): string {
  const { placeholders, untrusted } = templates[name] as {
    placeholders: readonly string[];
    untrusted: readonly string[];
  };
  const surplus = Object.keys(values).find((key) => !placeholders.includes(key));
  const missing = placeholders.find((key) => values[key] === undefined);
  if (surplus ?? missing) {
    const problem = surplus ? `It has no place for "${surplus}".` : `The value for "${missing}" is missing.`;
    throw runyardError('config.prompt-values', { prompt: name, problem });
  }
  // One pass: what stands inside a value is never taken for a placeholder.
  return body.replace(/\{\{\s*(\w+)\s*\}\}/g, (_match, key: string) => {
    const value = values[key] ?? '';
    return untrusted.includes(key) ? unfence(value, body) : value;
  });
}

/** Breaks the template's own tags inside a value, so that text from outside stays inside its fence. */
function unfence(value: string, body: string): string {
  const tags = [...new Set([...body.matchAll(/<\/([a-z-]+)>/g)].map(([, tag = '']) => tag))];
  if (tags.length === 0) return value;
  return value.replace(new RegExp(`<(/?\\s*(?:${tags.join('|')})\\b)`, 'gi'), '&lt;$1');
}

function yamlOrNull(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    return null;
  }
}
