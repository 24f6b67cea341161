import { parseJsonc } from '../../detect/jsonc.ts';
import { isScript } from '../paths.ts';
import { asNode, asNodes, childNodes, parseSource, type SyntaxNode, sliceOf, textOf } from '../syntax.ts';
import { yamlReader } from '../yaml.ts';

/** Settings by dotted path; the elements of a list stand under the list's own path. */
export type FlatSettings = ReadonlyMap<string, readonly string[]>;

const MOST_SETTINGS = 20_000;
const LARGEST_CONFIGURATION = 400_000;

/** A configuration file as plain settings; null where it cannot be read. Code is never run: what it writes as literals counts. */
export function flattenConfiguration(path: string, text: string | null): FlatSettings | null {
  if (text === null || text.length > LARGEST_CONFIGURATION) return null;
  if (isScript(path)) return fromScript(path, text);
  if (/\.ya?ml$/.test(path)) return fromYaml(text);
  if (/\.(?:toml|ini|cfg|conf)$|(?:^|\/)(?:\.npmrc|\.flake8|\.coveragerc|\.pylintrc|\.yarnrc)$/.test(path))
    return fromIni(text);
  const data = parseJsonc(text);
  if (data !== null && typeof data === 'object') return fromData(data);
  return /(?:^|\/)\.\w+rc$/.test(path) ? fromYaml(text) : null;
}

/** A part of package.json as if it were a file of its own. */
export function flattenData(data: unknown): FlatSettings {
  return fromData(data);
}

function fromData(data: unknown): FlatSettings {
  const flat = new Map<string, string[]>();
  const pending: [string, unknown][] = [['', data]];
  for (let next = pending.pop(); next && flat.size < MOST_SETTINGS; next = pending.pop()) {
    const [path, value] = next;
    if (Array.isArray(value)) {
      add(flat, path, []);
      for (const each of value.toReversed()) pending.push([path, each]);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value).toReversed())
        pending.push([path === '' ? key : `${path}.${key}`, inner]);
    } else add(flat, path, [String(value)]);
  }
  return flat;
}

function fromYaml(text: string): FlatSettings | null {
  const { parse } = yamlReader();
  try {
    const data: unknown = parse(text, { maxAliasCount: 50, logLevel: 'silent' });
    return data !== null && typeof data === 'object' ? fromData(data) : null;
  } catch {
    return null;
  }
}

/** TOML and INI, line by line: sections, keys, and lists that go over several lines. */
function fromIni(text: string): FlatSettings {
  const flat = new Map<string, string[]>();
  let section = '';
  let open: string | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\s+#.*$/, '').trim();
    const header = /^\[\[?([^\]]{1,200})\]\]?$/.exec(line)?.[1];
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (header !== undefined && open === null) {
      section = header.trim();
      continue;
    }
    const pair: RegExpExecArray | null =
      open === null || !/^\s/.test(raw) ? /^([\w."'@:/-]{1,200})\s*[=:]\s*(.*)$/.exec(line) : null;
    if (pair && !line.startsWith('"')) {
      const path: string = [section, pair[1]].filter(Boolean).join('.');
      const value: string = pair[2] ?? '';
      add(flat, path, elementsOf(value));
      open = (value.startsWith('[') && !value.includes(']')) || value === '' ? path : null;
    } else if (open !== null) {
      add(flat, open, elementsOf(line));
      if (line.startsWith(']') || line.endsWith(']')) open = null;
    }
  }
  return flat;
}

function elementsOf(value: string): string[] {
  const list = /^\[?(.*?)\]?,?$/s.exec(value)?.[1] ?? '';
  const isTable = value.startsWith('{');
  const parts = isTable ? [value] : list.split(',');
  return parts
    .map((part) => part.trim().replace(/^["']|["']$/g, ''))
    .filter((part) => part !== '' && part !== ']');
}

/** Every object literal of a script by the names of its keys, whatever function it is handed to. */
function fromScript(path: string, text: string): FlatSettings | null {
  const source = parseSource(path, text);
  if (!source) return null;
  const flat = new Map<string, string[]>();
  const pending: [SyntaxNode, string][] = [[source.program, '']];
  for (let next = pending.pop(); next && flat.size < MOST_SETTINGS; next = pending.pop()) {
    const [node, at] = next;
    if (node.type === 'Property') {
      const key = asNode(node['key']);
      const name = key?.type === 'Identifier' ? textOf(key['name']) : textOf(key?.['value']);
      const value = asNode(node['value']);
      if (value) pending.push([value, at === '' ? name : `${at}.${name}`]);
    } else if (at !== '' && node.type === 'ArrayExpression') {
      add(flat, at, []);
      for (const each of asNodes(node['elements']).toReversed()) pending.push([each, at]);
    } else if (at !== '' && (node.type === 'Literal' || node.type === 'UnaryExpression')) {
      add(flat, at, [typeof node['value'] === 'string' ? node['value'] : sliceOf(source, node, 200)]);
    } else for (const child of childNodes(node).toReversed()) pending.push([child, at]);
  }
  return flat;
}

function add(flat: Map<string, string[]>, path: string, values: readonly string[]): void {
  const known = flat.get(path);
  if (known) known.push(...values);
  else flat.set(path, [...values]);
}
