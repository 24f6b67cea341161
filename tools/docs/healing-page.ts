import {
  classOf,
  healableCategories,
  healableClasses,
  healingActions,
  healingTable,
} from '../../src/domain/healing-policy.ts';
import { code, page, table } from './markdown.ts';

const intro = `What follows a failure of each category, where \`healing.actions\` does not say otherwise, and why. The categories are those of
[failure-taxonomy.md](../failure-taxonomy.md); what the actions do is in [healing.md](../healing.md).

Actions: ${healingActions.map(code).join(', ')}.`;

/** docs/reference/healing.md */
export function healingPage(): string {
  const parts = healableClasses.map((name) => {
    const rows = healableCategories
      .filter((category) => classOf(category) === name)
      .map((category) => {
        const [action, why] = healingTable[category];
        return [code(category), code(action), why];
      });
    return `## ${name}\n\n${table(['Category', 'Action', 'Because'], rows)}`;
  });
  return page('What follows a failure', [intro, ...parts]);
}
