import { z } from 'zod';
import { defineTool, success } from './tool.ts';

export const finishInput = z.object({
  summary: z.string().min(1).describe('what was changed and why, for the person who reads the commit'),
});

/** Ends the agent: the loop looks for a valid call of it. */
export const finish = defineTool({
  name: 'finish',
  description: 'Call this once the ticket is done and you have checked it. Nothing happens after it.',
  input: finishInput,
  run: async () => success('Finished.'),
});
