/** What the makers of reports put before the name of a rule: eslint's `eslint.rules.` and `org.eslint.`, biome's and ruff's `org.…`. */
const PREFIX = /^(?:[a-z]{2,20}\.rules|org\.[a-z]{2,20})\./;
/** oxlint's `eslint(no-debugger)`, ruff's `Ruff (F401)`. */
const OF_PLUGIN = /^([\w@-]{1,60}) ?\(([\w/@-]{1,120})\)$/;
/** Names for what was found by no rule. */
const NO_RULE: ReadonlySet<string> = new Set(['', 'unknown', 'undefined', 'null', 'OXL0001', 'ESL0999']);
/** Their rules are known without the name of the plugin. */
const BARE_PLUGIN = /^(?:eslint|oxc|ruff)$/i;
const UNPARSED =
  /pars(?:e|ing) error|Unexpected token|Unterminated|^Expected .{1,80} but found|^(?:Unexpected|Syntax ?[Ee]rror)\b/i;

/** The name of a rule as the linter's own page has it; null: none. */
export function plainRule(rule: string | null): string | null {
  const bare = rule?.replace(PREFIX, '') ?? '';
  if (NO_RULE.has(bare)) return null;
  if (/^(?:lint|assist|parse|syntax|suppressions)\./.test(bare)) return bare.replaceAll('.', '/');
  const [, plugin = '', name] = OF_PLUGIN.exec(bare) ?? [];
  if (name === undefined) return bare;
  return BARE_PLUGIN.test(plugin) ? name : `${plugin}/${name}`;
}

/** Whether words of a linter that name no rule say that it could not parse the text. */
export function isUnparsed(message: string): boolean {
  return UNPARSED.test(message);
}
