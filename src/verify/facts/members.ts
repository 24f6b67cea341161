import { parseSync } from 'oxc-parser';

type Node = Readonly<Record<string, unknown>>;

/** Names of the members of an interface, class, enum or object type that a file declares; null: it declares none of that name. */
export function membersOf(file: string, text: string, name: string): string[] | null {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) return null;
  for (const statement of program.body as readonly unknown[]) {
    const declaration = declarationIn(statement);
    if (declaration && nameOf(declaration['id']) === name) return namesIn(declaration);
  }
  return null;
}

function declarationIn(statement: unknown): Node | null {
  const node = asNode(statement);
  if (!node) return null;
  return /^Export(?:Named|Default)Declaration$/.test(String(node['type']))
    ? asNode(node['declaration'])
    : node;
}

function namesIn(declaration: Node): string[] | null {
  const holder = asNode(declaration['typeAnnotation']) ?? asNode(declaration['body']) ?? declaration;
  const members = holder['members'] ?? holder['body'];
  if (!Array.isArray(members)) return null;
  return members.flatMap((member: unknown) => {
    const node = asNode(member);
    return node ? (nameOf(node['key'] ?? node['id']) ?? []) : [];
  });
}

function nameOf(value: unknown): string | null {
  const node = asNode(value);
  const name = node?.['name'] ?? node?.['value'];
  return typeof name === 'string' ? name : null;
}

function asNode(value: unknown): Node | null {
  return value !== null && typeof value === 'object' ? (value as Node) : null;
}
