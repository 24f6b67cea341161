import { z } from 'zod';
import { errorCatalogue } from '../../src/domain/errors/catalogue.ts';
import type { ErrorText } from '../../src/domain/errors/definition.ts';
import { code, page, prose } from './markdown.ts';

const intro = `Every error has a code that never changes, a kind, and three sentences: what happened, why, and what to do next. In JSON it is
\`{"error": {"code", "kind", "what", "why", "next", "fields", "causes"}}\`. Branch on \`code\` or \`kind\`, never on the words. Words in
\`<angle brackets>\` are filled in from \`fields\`.

Kinds: \`retryable\` (the same again can succeed later), \`permanent\` (something has to change first), \`needs-human\` (a person has to
decide or to provide something).`;

/** docs/reference/errors.md */
export function errorsPage(): string {
  const areas = Map.groupBy(Object.entries(errorCatalogue), ([name]) => name.split('.')[0] ?? '');
  const parts = [...areas].map(
    ([area, definitions]) =>
      `## ${area}\n\n${definitions.map(([name, define]) => entry(name, define)).join('\n\n')}`,
  );
  return page('Errors', [intro, ...parts]);
}

/** A field that stands alone in a sentence is still a placeholder: it is made text here. */
const sentence = z.coerce.string();
const errorText = z.object({ kind: sentence, what: sentence, why: sentence, next: sentence });

function entry(name: string, define: (fields: never) => ErrorText): string {
  const { kind, what, why, next } = errorText.parse(define(placeholderFields() as never));
  return `### ${code(name)}\n\n*${kind}*\n\n- **What:** ${shown(what)}\n- **Why:** ${shown(why)}\n- **Next:** ${shown(next)}`;
}

/** Arithmetic on a placeholder gives NaN. */
function shown(text: string): string {
  return prose(text.replaceAll('NaN', '<n>').replaceAll('\n', ' '));
}

/** Fields that read as their own names, whatever an error's words do with them. */
function placeholderFields(): unknown {
  return new Proxy({}, { get: (_target, field) => placeholder(String(field)) });
}

function placeholder(field: string): unknown {
  const text = `<${field}>`;
  return new Proxy(() => text, {
    get(_target, property) {
      if (property === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? Number.NaN : text);
      if (property === 'toString' || property === 'toJSON') return () => text;
      if (property === 'length') return 2;
      return () => placeholder(field);
    },
  });
}
