import { isAbsolute, join } from 'node:path';
import type { ModelRequest, OfferedTool } from './request.ts';
import type { Action } from './scenario.ts';

/** One block of an answer. */
export type Block =
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly input: unknown };

interface Intent {
  /** Names under which agents offer such a tool, best first. */
  readonly tools: readonly string[];
  /** Values by meaning; each goes to the first field of the tool that has one of the meaning's names. */
  readonly values: Readonly<Record<string, string>>;
  /** The same act in a shell, for agents that have nothing else. */
  readonly shell?: string;
}

const fieldNames: Readonly<Record<string, readonly string[]>> = {
  path: ['path', 'file_path', 'filePath', 'filename', 'file', 'directory', 'dir_path'],
  content: ['content', 'contents', 'file_text', 'text', 'new_text'],
  find: ['find', 'old_string', 'oldString', 'old_text', 'old_str', 'old', 'search'],
  replace: ['replace', 'new_string', 'newString', 'new_text', 'new_str', 'new', 'replacement'],
  query: ['query', 'pattern', 'regex', 'text', 'search'],
  command: ['command', 'cmd', 'script'],
  summary: ['summary', 'text', 'message', 'result', 'answer'],
};

const shellTools = [
  'run_command',
  'Bash',
  'bash',
  'shell',
  'exec_command',
  'run_shell_command',
  'run_commands',
];

/** The block that carries out an action with the tools of this client. Throws when it offers none that can. */
export function mapAction(action: Action, request: ModelRequest): Block {
  if (action.text !== undefined) return { kind: 'text', text: action.text };
  if (action.json !== undefined) return answerJson(action.json, request);
  if (action.tool) return { kind: 'call', name: action.tool.name, input: action.tool.input };
  const intent = intentOf(action);
  const tool = find(request.tools, intent.tools);
  if (tool) return { kind: 'call', name: tool.name, input: inputFor(tool, intent.values, request) };
  if (action.finish !== undefined) return { kind: 'text', text: action.finish };
  const shell = find(request.tools, shellTools);
  if (shell && intent.shell !== undefined) {
    return { kind: 'call', name: shell.name, input: inputFor(shell, { command: intent.shell }, request) };
  }
  const offered = request.tools.map(({ name }) => name).join(', ') || 'none';
  throw new Error(`the scenario needs one of the tools ${intent.tools.join(', ')}; offered: ${offered}`);
}

function answerJson(json: unknown, request: ModelRequest): Block {
  if (request.forcedTool !== null) return { kind: 'call', name: request.forcedTool, input: json };
  return { kind: 'text', text: JSON.stringify(json, null, 2) };
}

function intentOf(action: Action): Intent {
  if (action.write) {
    const { path, content } = action.write;
    const shell = `mkdir -p "$(dirname '${path}')" && cat > '${path}' <<'RUNYARD_EOF'\n${content}\nRUNYARD_EOF`;
    return {
      tools: ['write_file', 'Write', 'write', 'create_file', 'Create'],
      values: { path, content },
      shell,
    };
  }
  if (action.edit) {
    const { path, find: old, replace } = action.edit;
    return { tools: ['edit_file', 'Edit', 'edit', 'replace'], values: { path, find: old, replace } };
  }
  if (action.run !== undefined) return { tools: shellTools, values: { command: action.run } };
  if (action.read !== undefined) {
    return {
      tools: ['read_file', 'Read', 'read'],
      values: { path: action.read },
      shell: `cat '${action.read}'`,
    };
  }
  if (action.list !== undefined) {
    const tools = ['list_files', 'LS', 'list', 'list_directory', 'Glob'];
    return { tools, values: { path: action.list, query: '**/*' }, shell: `ls '${action.list}'` };
  }
  if (action.search !== undefined) {
    const tools = ['search', 'Grep', 'grep', 'search_files'];
    return { tools, values: { query: action.search }, shell: `grep -rn -e '${action.search}' .` };
  }
  return { tools: ['finish'], values: { summary: action.finish ?? '' } };
}

function find(offered: readonly OfferedTool[], names: readonly string[]): OfferedTool | undefined {
  return names.map((name) => offered.find((tool) => tool.name === name)).find((tool) => tool !== undefined);
}

/** Puts the values where the tool's schema wants them, and fills every other required field with something of its type. */
function inputFor(
  tool: OfferedTool,
  values: Intent['values'],
  request: ModelRequest,
): Record<string, unknown> {
  const properties = asRecord(tool.schema['properties']);
  const required = Array.isArray(tool.schema['required']) ? tool.schema['required'].map(String) : [];
  const input: Record<string, unknown> = {};
  for (const [meaning, value] of Object.entries(values)) {
    const field = (fieldNames[meaning] ?? []).find((name) => name in properties && !(name in input));
    if (field !== undefined) input[field] = field === 'file_path' ? absolute(value, request) : value;
  }
  for (const name of required) input[name] ??= sample(asRecord(properties[name]));
  return input;
}

/** Claude Code insists on absolute names; it states its folder in the prompt. */
function absolute(path: string, request: ModelRequest): string {
  if (isAbsolute(path)) return path;
  const said = [request.system, ...request.userTexts].join('\n');
  const folder = /working directory:?\s*`?(\/[^\s`]*)/i.exec(said)?.[1];
  return folder === undefined ? path : join(folder, path);
}

function sample(schema: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema['const'] !== undefined) return schema['const'];
  switch (schema['type']) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return 'scripted';
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
