import type { callModel } from '../../../model/call-model.ts';
import type { ModelMessage, ModelRequest, ModelTool } from '../../../model/types.ts';
import type { Conversation } from './conversation.ts';
import type { Tool } from './tools/tool.ts';

export interface ModelConversationOptions
  extends Pick<ModelRequest, 'gateway' | 'modelRef' | 'system' | 'thinkingTokens' | 'timeouts' | 'signal'> {
  readonly callModel: typeof callModel;
  readonly tools: readonly Tool[];
  /** The first message of the user: with the system prompt and the tools it is the prefix that stays the same. */
  readonly prompt: string;
  /** Called while an answer arrives. */
  readonly onProgress: () => void;
}

/** A conversation through the gateway. Messages are only ever added, those of the model exactly as they came. */
export function createModelConversation(options: ModelConversationOptions): Conversation {
  const { callModel: call, tools, prompt, onProgress, ...request } = options;
  const messages: ModelMessage[] = [{ role: 'user', content: prompt }];
  const offered: ModelTool[] = tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    input: inputSchema,
  }));
  return {
    async ask() {
      const answer = await call({ ...request, messages, tools: offered, onDelta: onProgress });
      messages.push(answer.message);
      const toolCalls = answer.toolCalls.map(({ id, name, input, problem }) => ({
        id,
        name,
        input,
        problem: problem === null ? null : `${problem.text.what} ${problem.text.why}`,
      }));
      return { text: answer.text, thinking: answer.thinking, usage: answer.usage, toolCalls };
    },
    addToolResults(results) {
      const outcomes = results.map(({ call: { id, name }, text, isError }) => ({ id, name, text, isError }));
      messages.push({ role: 'tool', results: outcomes });
    },
    addUserText(text) {
      messages.push({ role: 'user', content: text });
    },
  };
}
