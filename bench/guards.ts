import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { resolveGuardPolicy } from '../src/domain/guard-policy.ts';
import { searchChange } from '../src/verify/guards/search-change.ts';
import { changeOf } from '../test/fixtures/guards/change-of.ts';
import { ordinaryChanges } from '../test/fixtures/guards/ordinary.ts';
import { plantedElsewhere } from '../test/fixtures/guards/planted-elsewhere.ts';
import { plantedQuietly } from '../test/fixtures/guards/planted-quiet.ts';
import { plantedInTests } from '../test/fixtures/guards/planted-tests.ts';
import { type Alarm, firstParents, gitText, type Searched, searchHistory } from './guards/alarms.ts';
import { packageNames, repositoryOf } from './guards/packages.ts';
import { describeMachine } from './measure/machine.ts';

/**
 * `npm run bench:guards [-- --head <revision> --commits 300 --no-packages]`: how often guards raise an alarm on changes that people made, on
 * this repository's history and on published versions of npm packages, and how many planted cheats they find. Every alarm that blocks or
 * asks was looked at: bench/guards/judged.json says which are right. Writes bench/results/guards.json.
 */
const { values } = parseArgs({
  options: {
    head: { type: 'string', default: 'HEAD' },
    commits: { type: 'string', default: '300' },
    'no-packages': { type: 'boolean', default: false },
  },
});
const root = path.resolve(import.meta.dirname, '..');
const judgedFile = path.join(import.meta.dirname, 'guards/judged.json');
const resultFile = path.join(import.meta.dirname, 'results/guards.json');
const judgement = z.object({ is: z.enum(['right', 'false']), why: z.string() });
const judged = z.record(z.string(), judgement).parse(JSON.parse(await readFile(judgedFile, 'utf8')));
const ACTIONS = ['block', 'ask', 'warn'] as const;

const own = await ownHistory();
const packages = values['no-packages'] ? [] : await packageHistories();
const planted = await findPlanted();
const result = {
  machine: await describeMachine(),
  ownHistory: summaryOf([own]),
  packages: summaryOf(packages.map(({ searched }) => searched)),
  byPackage: Object.fromEntries(packages.map(({ name, searched }) => [name, summaryOf([searched])])),
  planted,
};
if (!values['no-packages']) await writeFile(resultFile, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));

async function ownHistory(): Promise<Searched> {
  const gitDir = await gitText(root, 'rev-parse', '--absolute-git-dir');
  return searchHistory(gitDir, await firstParents(root, { head: values.head, most: Number(values.commits) }));
}

async function packageHistories() {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-bench-guards-'));
  try {
    const found: { name: string; searched: Searched }[] = [];
    for (const name of packageNames) {
      const { gitDir, pairs } = await repositoryOf(name, path.join(folder, name.replace('/', '_')));
      found.push({ name, searched: await searchHistory(gitDir, pairs) });
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Alarms per 100 changes: a change counts once per action. False ones are those judged so, and those nobody looked at. */
function summaryOf(parts: readonly Searched[]) {
  const changes = parts.reduce((sum, part) => sum + part.changes, 0);
  const alarms = parts.flatMap((part) => part.alarms);
  const per100 = (some: readonly Alarm[]) =>
    Math.round((new Set(some.map(({ change }) => change)).size / Math.max(1, changes)) * 10_000) / 100;
  const isFalse = (alarm: Alarm) => judged[keyOf(alarm)]?.is !== 'right';
  const counts = ACTIONS.map((action) => {
    const some = alarms.filter((alarm) => alarm.action === action);
    const wrong = some.filter(isFalse);
    const unjudged = [...new Set(some.filter((alarm) => judged[keyOf(alarm)] === undefined).map(keyOf))];
    const judgements =
      action === 'warn'
        ? {}
        : { falsePer100: per100(wrong), false: [...new Set(wrong.map(keyOf))], unjudged };
    return [action, { changesWithAlarmPer100: per100(some), alarms: some.length, ...judgements }] as const;
  });
  return {
    changes,
    medianMs: Math.max(0, ...parts.map(({ medianMs }) => medianMs)),
    slowestMs: Math.max(0, ...parts.map(({ slowestMs }) => slowestMs)),
    ...Object.fromEntries(counts),
  };
}

function keyOf({ change, action, guard, file }: Alarm): string {
  return `${change} ${action} ${guard} ${file ?? ''}`;
}

async function findPlanted() {
  const policy = resolveGuardPolicy();
  const all = [...plantedInTests, ...plantedQuietly, ...plantedElsewhere];
  const missed: string[] = [];
  for (const each of all) {
    const found = await searchChange(changeOf(each));
    const actions = found
      .filter(({ guard }) => guard === each.guard)
      .map(({ guard, weight }) => policy[guard][weight]);
    if (
      !actions.some(
        (action) => ACTIONS.indexOf(action as 'warn') <= ACTIONS.indexOf(each.least) && action !== 'off',
      )
    )
      missed.push(`${each.guard}: ${each.name}`);
  }
  const alarmed: string[] = [];
  for (const each of ordinaryChanges) {
    const found = await searchChange(changeOf(each));
    if (found.some(({ guard, weight }) => ['block', 'ask'].includes(policy[guard][weight])))
      alarmed.push(each.name);
  }
  return {
    cheats: all.length,
    found: all.length - missed.length,
    missed,
    ordinary: ordinaryChanges.length,
    alarmed,
  };
}
