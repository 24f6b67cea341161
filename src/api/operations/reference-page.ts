import type { openApiDocument } from './openapi.ts';

type Document = ReturnType<typeof openApiDocument>;

/** JSON Schema as zod writes it, as far as the page shows it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly default?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Described {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: Described;
  readonly responses: Readonly<Record<string, Described>>;
}

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

/** The reference as one page without a script: it works offline, and under the strictest content policy. */
export function referencePage(document: Document, documentPath: string): string {
  const entries = entriesOf(document);
  const tags = (document.tags ?? []).filter(({ name }) =>
    entries.some(({ operation }) => operation.tags.includes(name)),
  );
  const groups = tags.map(({ name, description }) => ({
    name,
    description: description ?? '',
    entries: entries.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const navigation = groups
    .map(({ name, entries: of }) => `<h2>${escape(name)}</h2><ul>${of.map(link).join('')}</ul>`)
    .join('');
  const sections = groups
    .map(
      ({ name, description, entries: of }) =>
        `<section><h2>${escape(name)}</h2><p>${escape(description)}</p>${of.map(article).join('')}</section>`,
    )
    .join('');
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>)
    .map(
      ([name, schema]) =>
        `<article id="schema-${escape(name)}"><h3>${escape(name)}</h3>${tree(schema)}</article>`,
    )
    .join('');
  const { title, version, description } = document.info;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)} API</title><style>${STYLE}</style></head><body><nav><h1>${escape(title)} API <small>${escape(version)}</small></h1><p><a href="${documentPath}">OpenAPI 3.1 document</a></p>${navigation}</nav><main><p>${escape(description ?? '')}</p>${sections}<section><h2>Schemas</h2>${schemas}</section></main></body></html>`;
}

function entriesOf(document: Document): Entry[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, OperationObject>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

function link({ operation, method }: Entry): string {
  return `<li><a href="#${escape(operation.operationId)}"><b class="${method}">${method}</b> ${escape(operation.operationId)}</a></li>`;
}

function article({ method, path, operation }: Entry): string {
  const { operationId, summary, description, parameters = [], requestBody, responses, security } = operation;
  const rows = parameters.map(
    ({ name, in: place, required, schema, description: text }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${schema ? typeOf(schema) : ''}</td><td>${escape(text ?? schema?.description ?? '')}</td></tr>`,
  );
  const answers = Object.entries(responses).map(
    ([status, answer]) =>
      `<details${status.startsWith('2') ? ' open' : ''}><summary><b>${status}</b> ${escape(answer.description ?? '')}</summary>${schemaOf(answer)}</details>`,
  );
  return [
    `<article id="${escape(operationId)}"><h3><b class="${method}">${method}</b> <code>${escape(path)}</code></h3>`,
    `<p><b>${escape(summary)}.</b> ${escape(description ?? '')}${security.length === 0 ? ' Needs no token.' : ''}</p>`,
    rows.length > 0 ? `<table><tbody>${rows.join('')}</tbody></table>` : '',
    requestBody ? `<h4>Body</h4>${schemaOf(requestBody)}` : '',
    `<h4>Answers</h4>${answers.join('')}</article>`,
  ].join('');
}

function schemaOf({ content = {} }: Described): string {
  return Object.values(content)
    .map(({ schema }) => (schema ? tree(schema) : ''))
    .join('');
}

const DEEPEST = 12;

function tree(schema: Schema, depth = 0): string {
  if (depth > DEEPEST) return '';
  if (schema.$ref) return `<div>${typeOf(schema)}</div>`;
  const options = (schema.anyOf ?? schema.oneOf ?? []).filter(hasParts);
  if (options.length > 0) return options.map((option) => tree(option, depth + 1)).join('<div>or</div>');
  const parts = [schema, ...(schema.allOf ?? [])].flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).map(([name, part]) => ({ name, part, optional: !required.includes(name) })),
  );
  if (parts.length > 0) {
    const lines = parts.map(
      ({ name, part, optional }) =>
        `<li><code>${escape(name)}</code>${optional ? '?' : ''} <i>${typeOf(part)}</i> ${escape(part.description ?? '')}${hasParts(part) ? tree(part, depth + 1) : ''}</li>`,
    );
    return `<ul class="tree">${lines.join('')}</ul>`;
  }
  const inner =
    schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null);
  return inner ? tree(inner, depth + 1) : depth === 0 ? `<div><i>${typeOf(schema)}</i></div>` : '';
}

function hasParts(schema: Schema): boolean {
  return Boolean(
    schema.properties ??
      schema.allOf ??
      (schema.items && !schema.items.$ref && hasParts(schema.items)) ??
      (schema.anyOf ?? schema.oneOf)?.some(hasParts) ??
      (typeof schema.additionalProperties === 'object' && hasParts(schema.additionalProperties)),
  );
}

function typeOf(schema: Schema): string {
  const { $ref, type, enum: values, items, anyOf, oneOf, format, const: constant } = schema;
  if ($ref) {
    const name = $ref.split('/').at(-1) ?? '';
    return `<a href="#schema-${escape(name)}">${escape(name)}</a>`;
  }
  if (constant !== undefined) return escape(JSON.stringify(constant));
  if (values) return values.map((value) => escape(JSON.stringify(value))).join(' | ');
  const options = anyOf ?? oneOf;
  if (options) return [...new Set(options.map(typeOf))].join(' | ');
  if (type === 'array') return `${items ? typeOf(items) : 'anything'}[]`;
  const named = Array.isArray(type) ? type.join(' | ') : String(type ?? 'anything');
  return escape(format ? `${named} (${format})` : named);
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#dde1e6,#33383f);--muted:light-dark(#5b6570,#9aa4af);--accent:light-dark(#0b5fc0,#7ab7ff)}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;display:grid;grid-template-columns:17rem minmax(0,1fr);background:light-dark(#fff,#15181c);color:light-dark(#1a1f24,#e6e9ec)}
nav{border-right:1px solid var(--line);padding:1rem;position:sticky;top:0;height:100vh;overflow:auto}nav h1{font-size:1.1rem}nav h2{font-size:.8rem;text-transform:uppercase;color:var(--muted);letter-spacing:.05em}
nav ul{list-style:none;padding:0;margin:0}nav a{text-decoration:none;color:inherit;display:block;padding:.1rem 0}a{color:var(--accent)}
main{padding:1.5rem 2rem;max-width:60rem}article{border-top:1px solid var(--line);padding:1rem 0}small{color:var(--muted);font-weight:normal}
b.GET,b.POST{display:inline-block;min-width:3rem;font:600 .75rem ui-monospace,monospace;color:var(--accent)}b.POST{color:light-dark(#8a4b00,#f0b35e)}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;vertical-align:top}
i{color:var(--muted);font-style:normal}ul.tree{border-left:1px solid var(--line);padding-left:1rem;margin:.2rem 0;list-style:none}summary{cursor:pointer}
@media(max-width:48rem){body{display:block}nav{position:static;height:auto;border:0}main{padding:1rem}}`;
