import { z } from 'zod';
import { canonicalJson, sha256Hex } from '../lib/canonical-json.ts';

export const longestQuestion = 500;
export const mostQuestions = 20;
const text = (max: number) => z.string().trim().min(1).max(max);

export const subtaskSchema = z.object({
  id: text(40).describe('short and unique, for example "1" or "parser"'),
  title: text(200),
  description: text(4000),
  dependsOn: z.array(text(40)).max(50).describe('ids of subtasks that must be finished first'),
  acceptanceCriteria: z.array(text(500)).min(1).max(20),
});

/** What the planner proposes for a ticket (P1). Ids in `dependsOn` exist and form no cycle. */
export const planSchema = z
  .object({
    summary: text(2000),
    subtasks: z.array(subtaskSchema).min(1).max(50),
    filesInScope: z.array(text(400)).max(200),
    risks: z.array(text(500)).max(20),
    openQuestions: z.array(text(longestQuestion)).max(mostQuestions),
    estimateMinutes: z.number().positive().max(10_000),
  })
  .superRefine((plan, context) => {
    const ids = plan.subtasks.map((subtask) => subtask.id);
    if (new Set(ids).size !== ids.length) {
      context.addIssue({ code: 'custom', path: ['subtasks'], message: 'subtask ids must be unique' });
    }
    for (const [index, subtask] of plan.subtasks.entries()) {
      for (const id of subtask.dependsOn.filter((dependency) => !ids.includes(dependency))) {
        const path = ['subtasks', index, 'dependsOn'];
        context.addIssue({ code: 'custom', path, message: `there is no subtask "${id}"` });
      }
    }
    if (hasCycle(plan.subtasks)) {
      context.addIssue({ code: 'custom', path: ['subtasks'], message: 'dependsOn forms a cycle' });
    }
  });
export type Plan = z.infer<typeof planSchema>;

/** What an approval names (X14): the first 12 hexadecimal digits of the SHA-256 of the plan's canonical JSON. */
export function planHash(plan: Plan): string {
  return sha256Hex(canonicalJson(plan)).slice(0, 12);
}

function hasCycle(subtasks: readonly { id: string; dependsOn: readonly string[] }[]): boolean {
  const finished = new Set<string>();
  let progressed = true;
  while (progressed) {
    progressed = false;
    for (const { id, dependsOn } of subtasks) {
      const known = dependsOn.filter((dependency) => subtasks.some((other) => other.id === dependency));
      if (finished.has(id) || !known.every((dependency) => finished.has(dependency))) continue;
      finished.add(id);
      progressed = true;
    }
  }
  return finished.size !== new Set(subtasks.map((subtask) => subtask.id)).size;
}
