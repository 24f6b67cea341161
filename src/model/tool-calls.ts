import { runyardError } from '../domain/errors/runyard-error.ts';
import type { ModelRequest, ModelToolCall } from './types.ts';

interface SentCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** The call with its input parsed, or with what is wrong in words the model can act on. */
export function checkToolCall(
  { toolCallId, toolName, input }: SentCall,
  request: ModelRequest,
): ModelToolCall {
  const tools = request.tools ?? [];
  const tool = tools.find(({ name }) => name === toolName);
  const bad = (problem: string): ModelToolCall => ({
    id: toolCallId,
    name: toolName,
    input,
    problem: runyardError('model.malformed-tool-call', { model: request.modelRef, tool: toolName, problem }),
  });
  if (!tool)
    return bad(`There is no such tool. Offered are: ${tools.map(({ name }) => name).join(', ') || 'none'}.`);
  if (typeof input === 'string') return bad(`The input is not valid JSON: ${input.slice(0, 200)}`);
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`,
    );
    return bad(`The input does not fit the tool: ${problems.join('; ')}`);
  }
  return { id: toolCallId, name: toolName, input: parsed.data, problem: null };
}
