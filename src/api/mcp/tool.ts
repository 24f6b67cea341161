import type { ServerContext, ToolAnnotations } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { McpBackend } from '../client.ts';

export interface ToolCall<Input> {
  readonly input: Input;
  readonly backend: McpBackend;
  readonly context: ServerContext;
}

/** One tool, the same over every transport. `annotations` are hints for clients; what a token may do is decided by the API. */
export interface McpTool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly annotations: ToolAnnotations;
  run(call: ToolCall<z.output<Input>>): Promise<z.input<Output>>;
}

/** Ties the types of a tool together. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: McpTool<Input, Output>,
): McpTool {
  return tool;
}

/** Hints of a tool that only looks. */
export const looks: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
