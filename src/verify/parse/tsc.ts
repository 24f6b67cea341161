import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';
import { categoryOfSpecifier } from './specifier.ts';

const PLAIN = /(?:^|[\s:])((?:[A-Za-z]:)?[^\s():│]+)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/;
const PLAIN_WITH_SPACES = /^((?:[A-Za-z]:)?[^\s():│][^():│]*)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/;
const PRETTY = /(?:^|\s)((?:[A-Za-z]:)?[^\s:│]+):(\d+):(\d+) - (error|warning) (TS\d+): (.*)$/;
const GLOBAL = /^\s*(error|warning) (TS\d+): (.*)$/;
/** fork-ts-checker and ts-loader: `ERROR in ./src/a.ts:3:5` and the code on the next line. */
const IN_FILE = /^\s*(?:\[tsl\] )?(?:ERROR|WARNING) in (\S+?)[:(](\d+)[:,](\d+)\)?\s*$/;
const CODE_ALONE = /^\s*(?:\[tsl\] ERROR.*|)(TS\d+): (.*)$/;

/** TypeScript's compiler, plain and pretty, also behind prefixes of task runners, ts-jest, vue-tsc and Next. */
export const parseTsc: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const problem = problemOf(line, lines[index + 1] ?? '');
    if (problem) problems.push(problem);
  }
  return problems;
};

function problemOf(line: string, next: string): Problem | null {
  if (!line.includes('TS') && !/ in /.test(line)) return null;
  const placed = PLAIN_WITH_SPACES.exec(line) ?? PLAIN.exec(line) ?? PRETTY.exec(line);
  if (placed) {
    const [, file = '', row, column, severity, code = '', message = ''] = placed;
    return tscProblem({
      code,
      message,
      severity,
      file: file.trim(),
      line: Number(row),
      column: Number(column),
    });
  }
  const inFile = IN_FILE.exec(line);
  const coded = inFile && CODE_ALONE.exec(next);
  if (inFile && coded) {
    const [, code = '', message = ''] = coded;
    return tscProblem({
      code,
      message,
      severity: 'error',
      file: inFile[1] ?? '',
      line: Number(inFile[2]),
      column: Number(inFile[3]),
    });
  }
  const global = GLOBAL.exec(line);
  if (!global) return null;
  const [, severity, code = '', message = ''] = global;
  return tscProblem({ code, message, severity, file: null, line: null, column: null });
}

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly severity: string | undefined;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** One error of the compiler: its number and its words tell what it is. */
export function tscProblem({ code, message, severity, file, line, column }: Finding): Problem {
  const { category, subcategory, symbol } = meaningOf(Number(code.slice(2)), message, file);
  return {
    category,
    ...(subcategory ? { subcategory } : {}),
    severity: severity === 'warning' ? 'warning' : 'error',
    message: `${code}: ${message}`,
    file: file ?? (category === 'config_error' ? 'tsconfig.json' : null),
    line,
    column,
    code,
    symbol: symbol ?? (category === 'syntax_error' ? null : code),
  };
}

interface Meaning {
  readonly category: FailureCategory;
  readonly subcategory?: string;
  readonly symbol?: string | null;
}

const NAMED_EXPORT = new Set([2305, 2614, 2724, 2459, 2460, 2694, 2497]);
const DEFAULT_EXPORT = new Set([1192, 1259, 2613]);
const MODULE = new Set([2307, 2792, 2306, 7016, 2732, 2882, 2875, 7040]);
const IMPORT_PATH = new Set([2834, 2835, 5097, 1149, 1261, 1471, 1479, 2691, 2846, 2877]);
const TYPES_OF_PACKAGE = new Set([2688, 2580, 2582, 2591, 2592, 2593]);
const UNKNOWN_NAME = new Set([2304, 2552, 2503, 18004, 2662, 2663, 2686]);
/** In the range of syntax errors, but about options or types. */
const OPTION = new Set([
  1219, 1309, 1323, 1324, 1343, 1375, 1378, 1432, 1470, 17004, 18003, 2318, 2584, 6053, 6059,
]);
const NOT_SYNTAX = new Set([
  1055, 1058, 1059, 1060, 1062, 1064, 1065, 1117, 1165, 1166, 1168, 1169, 1170, 1196, 1202, 1203, 1205, 1208,
  1218, 1224, 1225, 1226, 1227, 1229, 1230, 1236, 1237, 1238, 1239, 1240, 1241, 1254, 1268, 1269, 1270, 1271,
  1272, 1278, 1279, 1280, 1281, 1282, 1283, 1284, 1285, 1286, 1287, 1288, 1289, 1290, 1291, 1292, 1293, 1294,
  1295, 1320, 1321, 1322, 1329, 1330, 1331, 1332, 1337, 1339, 1340, 1345, 1355, 1360, 1361, 1362, 1371, 1379,
  1380, 1448, 1484, 1485,
]);
/** A property that is not there: its name tells more than the number. */
const PROPERTY = new Set([2339, 2551, 2741]);
const JSX_SYNTAX = new Set([17002, 17008, 17014, 17015]);

function meaningOf(code: number, message: string, file: string | null): Meaning {
  const quoted = quotedIn(message);
  if (code === 1185) return { category: 'git_conflict', subcategory: 'markers', symbol: 'TS1185' };
  if (DEFAULT_EXPORT.has(code)) {
    return { category: 'missing_export', subcategory: 'default_export', symbol: 'default' };
  }
  if (NAMED_EXPORT.has(code)) return { category: 'missing_export', symbol: exportNameOf(message) };
  if (MODULE.has(code)) {
    const specifier = quoted[0] ?? '';
    const category = code === 7016 ? 'missing_dependency' : categoryOfSpecifier(specifier);
    return { category, symbol: specifier };
  }
  if (IMPORT_PATH.has(code)) {
    const suggestion = /Did you mean '([^']+)'/.exec(message)?.[1];
    const subcategory = code === 2834 ? 'directory_import' : code === 2835 ? 'missing_extension' : undefined;
    const symbol =
      suggestion?.replace(/\.[cm]?[jt]sx?$/, '') ?? (quoted[0]?.startsWith('.') ? quoted[0] : null);
    return subcategory
      ? { category: 'import_resolution', subcategory, symbol }
      : { category: 'import_resolution', symbol };
  }
  if (TYPES_OF_PACKAGE.has(code)) {
    return { category: 'missing_dependency', subcategory: 'types', symbol: quoted[0] ?? null };
  }
  if (UNKNOWN_NAME.has(code)) return { category: 'undefined_symbol', symbol: quoted[0] ?? null };
  if (code === 6133 || code === 6192 || code === 6196)
    return { category: 'type_error', symbol: quoted[0] ?? null };
  if (OPTION.has(code) || isOptionCode(code)) return { category: 'config_error', symbol: optionOf(message) };
  if (JSX_SYNTAX.has(code)) return { category: 'syntax_error', symbol: quoted[0] ?? null };
  if (code >= 1000 && code < 1500 && !NOT_SYNTAX.has(code)) {
    return { category: 'syntax_error', ...(file?.endsWith('.json') ? { subcategory: 'json' } : {}) };
  }
  return { category: 'type_error', symbol: PROPERTY.has(code) ? (quoted[0] ?? null) : null };
}

function isOptionCode(code: number): boolean {
  return (code >= 5000 && code < 5200) || (code >= 6040 && code < 6120) || (code >= 6300 && code < 6400);
}

/** `Module '"./types"' has no exported member 'OrderLine'`: the last quoted name that is no module. */
function exportNameOf(message: string): string | null {
  const member = /(?:exported member(?: named)?|declares) '([^']+)'/.exec(message)?.[1];
  return member ?? quotedIn(message).find((name) => !/["./]/.test(name)) ?? null;
}

function optionOf(message: string): string | null {
  return /[Oo]ption '-{0,2}([\w.]+)/.exec(message)?.[1] ?? quotedIn(message)[0] ?? null;
}

function quotedIn(message: string): string[] {
  return [...message.matchAll(/'([^']*)'/g)].map((match) => (match[1] ?? '').replaceAll('"', ''));
}
