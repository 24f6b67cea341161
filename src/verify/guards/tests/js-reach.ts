import {
  asNode,
  childNodes,
  identifierName,
  type ParsedSource,
  type SyntaxNode,
  sliceOf,
} from '../syntax.ts';
import { bindingsOf, isOwnModule } from './js-bindings.ts';

const LONGEST_DECLARATION = 8_000;
const MOST_ROUNDS = 6;

export function wordsIn(text: string): string[] {
  return [...new Set(text.match(/[A-Za-z_$][\w$]*/g) ?? [])];
}

interface Declared {
  readonly names: readonly string[];
  readonly words: readonly string[];
}

/**
 * Names of a test file by which its tests reach code of the repository: what it imports from there, and what is declared or set outside of
 * its tests with the help of that.
 */
export function reachingNames(
  source: ParsedSource,
  isTest: (node: SyntaxNode) => boolean,
): ReadonlySet<string> {
  const imported = [...bindingsOf(source).values()].flatMap(({ name, module }) =>
    module !== null && isOwnModule(module) ? [name] : [],
  );
  const reaching = new Set(imported);
  if (reaching.size === 0) return reaching;
  let open = declaredOutsideTests(source, isTest);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const found = open.filter(({ words }) => words.some((word) => reaching.has(word)));
    if (found.length === 0) break;
    for (const { names } of found) for (const name of names) reaching.add(name);
    open = open.filter((each) => !found.includes(each));
  }
  return reaching;
}

function declaredOutsideTests(source: ParsedSource, isTest: (node: SyntaxNode) => boolean): Declared[] {
  const found: Declared[] = [];
  const pending = [source.program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'CallExpression' && isTest(node)) continue;
    const target = TARGETS[node.type];
    const named = target === undefined ? null : asNode(node[target]);
    if (named) {
      const isPlain = identifierName(named) !== null;
      const names = isPlain ? [identifierName(named) ?? ''] : wordsIn(sliceOf(source, named));
      found.push({ names, words: wordsIn(sliceOf(source, node, LONGEST_DECLARATION)) });
    }
    pending.push(...childNodes(node));
  }
  return found;
}

const TARGETS: Readonly<Record<string, string>> = {
  VariableDeclarator: 'id',
  FunctionDeclaration: 'id',
  ClassDeclaration: 'id',
  AssignmentExpression: 'left',
};
