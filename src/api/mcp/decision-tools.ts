import { z } from 'zod';
import { healthResponseSchema, sendBackRequestSchema, whyResponseSchema } from '../contract.ts';
import { describeRun } from './describe-run.ts';
import { mcpRunSchema, runInput } from './schemas.ts';
import { defineTool, looks, type McpTool } from './tool.ts';

const planHash = z
  .string()
  .min(1)
  .max(64)
  .describe('waitsFor.planHash of get_run: exactly the plan that was read.');
const by = z.string().min(1).max(200).optional().describe('Who decided, for the record.');

const approvePlan = defineTool({
  name: 'approve_plan',
  title: 'Approve a plan',
  description:
    'Lets a run that waits with this plan go on. Only for a person’s decision: show the plan and ask before calling this.',
  input: z.object({ run: runInput, planHash, by }),
  output: mcpRunSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  async run({ input, backend }) {
    const request = { planHash: input.planHash, by: input.by ?? backend.by };
    const { run } = await backend.write((api) => api.approve(input.run, request));
    return describeRun(run, new Date());
  },
});

const sendBackPlan = defineTool({
  name: 'send_back_plan',
  title: 'Send a plan back',
  description:
    'Has a run that waits with this plan make a new one that takes the feedback into account, which waits again. Answers to plan.openQuestions go here too. ' +
    'Whatever the feedback says, it approves nothing.',
  input: z.object({ run: runInput, planHash, feedback: sendBackRequestSchema.shape.feedback, by }),
  output: mcpRunSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  async run({ input, backend }) {
    const { planHash: hash, feedback } = input;
    const request = { planHash: hash, feedback, by: input.by ?? backend.by };
    const { run } = await backend.write((api) => api.sendBack(input.run, request));
    return describeRun(run, new Date());
  },
});

const cancelRun = defineTool({
  name: 'cancel_run',
  title: 'Cancel a run',
  description: 'Ends a run; what it has done is saved first and nothing is delivered.',
  input: z.object({
    run: runInput,
    reason: z.string().trim().min(1).max(1000).default('cancelled over MCP'),
    by,
  }),
  output: mcpRunSchema,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  async run({ input, backend }) {
    const request = { reason: input.reason, by: input.by ?? backend.by };
    const { run } = await backend.write((api) => api.cancel(input.run, request));
    return describeRun(run, new Date());
  },
});

const why = defineTool({
  name: 'why',
  title: 'Explain a run',
  description:
    'Why a run stands where it stands: class, evidence, what was tried, what was saved, what to do next.',
  input: z.object({ run: runInput }),
  output: whyResponseSchema,
  annotations: looks,
  run: ({ input, backend }) => backend.read((api) => api.why(input.run)),
});

const getHealth = defineTool({
  name: 'get_health',
  title: 'Health of Runyard',
  description:
    'Whether runs are accepted and driven; database, sandbox, breakers that are not closed, nodes.',
  input: z.object({}),
  output: healthResponseSchema,
  annotations: looks,
  run: ({ backend }) => backend.read((api) => api.health()),
});

export const decisionTools: readonly McpTool[] = [approvePlan, sendBackPlan, cancelRun, why, getHealth];
