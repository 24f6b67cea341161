import { runyardError } from '../domain/errors/runyard-error.ts';

/**
 * The templates the pipeline uses and the values it gives to each. `untrusted` values come from outside (tickets, repositories,
 * output of commands): they cannot close the tag that fences them.
 */
export const promptNeeds = {
  'plan-system': { placeholders: ['schema', 'questions'], untrusted: [] },
  'plan-user': { placeholders: ['repository', 'title', 'body'], untrusted: ['repository', 'title', 'body'] },
  'plan-feedback': { placeholders: ['feedback'], untrusted: ['feedback'] },
  'plan-answers': { placeholders: ['answers'], untrusted: ['answers'] },
  'plan-repair': { placeholders: ['problems'], untrusted: [] },
  'implement-system': { placeholders: [], untrusted: [] },
  'implement-user': {
    placeholders: ['repository', 'title', 'body', 'plan'],
    untrusted: ['repository', 'title', 'body', 'plan'],
  },
  'heal-user': { placeholders: ['attempts'], untrusted: ['attempts'] },
  'review-quality': { placeholders: ['schema'], untrusted: [] },
  'review-security': { placeholders: ['schema'], untrusted: [] },
  'review-user': {
    placeholders: ['title', 'body', 'plan', 'verdict', 'files', 'earlier', 'diff'],
    untrusted: ['title', 'body', 'plan', 'verdict', 'files', 'earlier', 'diff'],
  },
  'review-repair': { placeholders: ['problems'], untrusted: [] },
  'review-findings': { placeholders: ['findings'], untrusted: ['findings'] },
} as const satisfies Record<string, { placeholders: readonly string[]; untrusted: readonly string[] }>;

export type PromptName = keyof typeof promptNeeds;

/** A template as it was checked: plain data, so that a node can hand it to its workers. */
export interface PromptTemplate {
  readonly version: number;
  readonly body: string;
}
export type PromptTemplates = Readonly<Record<string, PromptTemplate>>;

/** Fills a template in. Throws for a name or a set of values that does not fit: an error of the caller. */
export function renderPrompt(
  templates: PromptTemplates,
  name: string,
  values: Readonly<Record<string, string>>,
): string {
  const template = templates[name];
  if (!template || !(name in promptNeeds))
    throw runyardError('config.prompt-values', { prompt: name, problem: 'There is no such template.' });
  return render(name as PromptName, template, values);
}

function render(
  name: PromptName,
  { body }: PromptTemplate,
  values: Readonly<Record<string, string>>,
): string {
  const { placeholders, untrusted } = promptNeeds[name] as {
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
