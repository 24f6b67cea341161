import {
  asNode,
  asNodes,
  childNodes,
  identifierName,
  type ParsedSource,
  propertyName,
  type SyntaxNode,
  textOf,
  unwrapped,
} from '../syntax.ts';

/** What a name of a file stands for. */
export interface Binding {
  readonly name: string;
  /** The module it comes from; null: the file declares it. */
  readonly module: string | null;
  /** The name it has there; '' where that is not said. */
  readonly imported: string;
  /** What it is declared as; null: it is imported. */
  readonly value: SyntaxNode | null;
  readonly node: SyntaxNode;
}

export type Bindings = ReadonlyMap<string, Binding>;

const known = new WeakMap<ParsedSource, Bindings>();

/** The names a file imports, requires or declares, at whatever depth; of several with one name the outermost. Parameters are none. */
export function bindingsOf(source: ParsedSource): Bindings {
  const answer = known.get(source);
  if (answer) return answer;
  const found = new Map<string, Binding>();
  let level: SyntaxNode[] = [source.program];
  while (level.length > 0) {
    for (const binding of level.flatMap((node) => declaredBy(node)))
      if (!found.has(binding.name)) found.set(binding.name, binding);
    level = level.flatMap((node) => childNodes(node));
  }
  known.set(source, found);
  return found;
}

function declaredBy(node: SyntaxNode): Binding[] {
  if (node.type === 'ImportDeclaration') return importedBy(node);
  if (node.type === 'VariableDeclarator') return assignedBy(node);
  const isNamed = node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration';
  const name = isNamed ? identifierName(asNode(node['id'])) : null;
  return name === null ? [] : [{ name, module: null, imported: '', value: node, node }];
}

function importedBy(node: SyntaxNode): Binding[] {
  const module = textOf(asNode(node['source'])?.['value']);
  return asNodes(node['specifiers']).flatMap((specifier) => {
    const name = identifierName(asNode(specifier['local']));
    const imported = identifierName(asNode(specifier['imported'])) ?? '';
    return name === null ? [] : [{ name, module, imported, value: null, node }];
  });
}

function assignedBy(node: SyntaxNode): Binding[] {
  const target = asNode(node['id']);
  const value = asNode(node['init']);
  const required = value ? requiredIn(value) : null;
  const of = (name: string | null, imported: string): Binding[] => {
    if (name === null) return [];
    return [{ name, module: required?.module ?? null, imported, value: required ? null : value, node }];
  };
  if (target?.type !== 'ObjectPattern') return of(identifierName(target), required?.names[0] ?? '');
  return asNodes(target['properties']).flatMap((property) => {
    const inner = asNode(property['value']);
    const local = inner?.type === 'AssignmentPattern' ? asNode(inner['left']) : inner;
    return of(identifierName(local), identifierName(asNode(property['key'])) ?? '');
  });
}

interface Required {
  readonly module: string;
  readonly names: readonly string[];
}

/** `require('a').b`, `await import('a')`, `require('a')(…)`. */
function requiredIn(value: SyntaxNode): Required | null {
  const names: string[] = [];
  let current = unwrapped(value);
  while (current?.type === 'MemberExpression') {
    names.unshift(propertyName(current));
    current = unwrapped(asNode(current['object']));
  }
  if (current?.type === 'ImportExpression') return named(asNode(current['source']), names);
  if (current?.type !== 'CallExpression') return null;
  const callee = unwrapped(asNode(current['callee']));
  if (identifierName(callee) === 'require') return named(asNodes(current['arguments'])[0] ?? null, names);
  return callee && callee.type !== 'Identifier' ? requiredIn(callee) : null;
}

function named(module: SyntaxNode | null, names: readonly string[]): Required | null {
  return typeof module?.['value'] === 'string' ? { module: module['value'], names } : null;
}

/** A module of the repository by its path, whatever it holds. */
export function isOwnModule(module: string): boolean {
  return module.startsWith('.') || module.startsWith('/') || module.startsWith('#');
}
