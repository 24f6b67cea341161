import { z } from 'zod';
import { type EventType, eventDataSchemas } from '../../src/domain/events.ts';
import { code, page, table } from './markdown.ts';

const intro = `What happens in a run is a sequence of events, numbered from 1 without gaps, never changed and never removed while the run is kept.
\`runyard logs <run> --json\` prints them, \`GET /api/v1/runs/<run>/events\` sends them:
\`{"runId", "seq", "at", "type", "data"}\`. A type may gain fields, it never loses one; readers should ignore types they do not know.`;

const meanings: Readonly<Record<EventType, string>> = {
  'run.accepted': 'The ticket was taken in as a run. Always the first event.',
  'run.state-changed': 'The run went from one state to another. `from` is null when it was accepted.',
  'run.recovered': 'Its worker was lost and the run was taken up again from its last checkpoint.',
  'run.stop-requested':
    'Somebody, or a deadline, asked for the end of the run. The work is saved before it ends.',
  'run.warning': 'Something a person should know, which does not stop the run.',
  'stage.started': 'A stage of the pipeline began.',
  'stage.finished': 'A stage of the pipeline ended by itself.',
  'workspace.made': 'The files are in the workspace: mounted over a prepared checkout, or checked out.',
  'plan.proposed': 'The planner gave a valid plan. `hash` is what an approval names.',
  'plan.approved': 'A person approved the plan with this hash.',
  'plan.sent-back':
    'A person sent the plan with this hash back; its planner gets the feedback. Never an approval.',
  'plan.answered':
    'A person answered open questions of the plan with this hash, which is revised with the answers.',
  'change.accepted': 'A person accepted this commit although no check could verify it.',
  'attempt.started': 'An agent began an attempt; `reason` says why this one.',
  'attempt.finished': 'An attempt ended, checks included.',
  'agent.activity': 'One visible act of an agent. Secrets are removed, `text` has at most 4 kB.',
  'agent.stuck':
    'Nothing showed that the agent still worked (no output, no processor time, no file changed). It is ended at its limit, not before.',
  'check.started': 'A check began, on the base commit (`baseline`) or on the change.',
  'check.finished': 'A check ended. `introduced` counts the problems that were not there on the base commit.',
  'verdict.reached': 'All checks were compared with the baseline.',
  'review.finished':
    'A reviewer answered, or could not be had; once per stage and round. `blocking` counts the findings that send the work back.',
  'verification.repeated':
    'The failure may pass by itself (`reason`), so the same commit is verified again after `waitMs`. It does not count as an attempt.',
  'autofix.applied':
    'The repository’s own `command` mended what `check` had found, without a model; only `files` of the change were touched. `commit` replaces the commit of the attempt.',
  'run.answered': 'A person was asked after an attempt what only a person can mend, and said to go on.',
  'lessons.offered': 'The attempt that begins is told what earlier runs learned about its problems.',
  'snapshot.saved': 'Unfinished work was kept under a ref before something was ended or removed.',
  'run.delivered': 'The commit reached the source repository.',
  'receipt.signed':
    'What was verified of the delivered commit is stored, signed: runyard receipt shows it. `digest` is the SHA-256 of the statement.',
  'run.rolled-back': 'What the run delivered was undone.',
  'run.retried': 'A person had the same run again after this one had ended: `run` is the new one.',
  'run.summary': 'Tokens, cost and attempts of the whole run.',
};

/** docs/reference/events.md */
export function eventsPage(): string {
  const parts = Object.entries(eventDataSchemas).map(([type, schema]) => {
    return `## ${code(type)}\n\n${meanings[type as EventType]}\n\n${fieldsOf(z.toJSONSchema(schema, { io: 'output' }))}`;
  });
  return page('Events', [intro, ...parts]);
}

const jsonSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

function fieldsOf(schema: unknown): string {
  const properties = jsonSchema.parse(schema).properties ?? {};
  return table(
    ['Field', 'Value'],
    Object.entries(properties).map(([name, value]) => [code(name), typeOf(value)]),
  );
}

/** A JSON Schema in a few words. */
function typeOf(value: unknown): string {
  const schema = jsonSchema.parse(value);
  if (schema.enum) return schema.enum.map((option) => code(String(option))).join(', ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.properties) return `object: ${Object.keys(schema.properties).map(code).join(', ')}`;
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  return [schema.type ?? 'any value'].flat().join(' or ');
}
