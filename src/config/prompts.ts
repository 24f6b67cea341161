import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { messageOf, type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import {
  type PromptName,
  type PromptTemplate,
  type PromptTemplates,
  promptNeeds,
} from './prompt-templates.ts';

/** Where the templates of this installation are. */
export const promptsFolder = fileURLToPath(new URL('../../prompts', import.meta.url));

/** Reads and checks every template (S7): a missing, empty or wrong one is named here, not in the middle of a run. */
export async function loadPrompts(folder: string = promptsFolder): Promise<PromptTemplates> {
  const names = Object.keys(promptNeeds) as PromptName[];
  const loaded = await Promise.all(
    names.map(async (name) => [name, await loadTemplate(name, path.join(folder, `${name}.md`))] as const),
  );
  return Object.fromEntries(loaded);
}

const frontMatterSchema = z.strictObject({
  name: z.string(),
  version: z.int().min(1),
  placeholders: z.array(z.string()),
});

async function loadTemplate(name: PromptName, file: string): Promise<PromptTemplate> {
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
  const known: readonly string[] = promptNeeds[name].placeholders;
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

function yamlOrNull(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    return null;
  }
}
