import { z } from 'zod';

/** What a tool may use. One per run of the agent. */
export interface ToolContext {
  /** The workspace: an absolute path without symlinks. */
  readonly root: string;
  /** Environment of commands: without the gateway's token. */
  readonly environment: Readonly<Record<string, string>>;
  readonly longestCommandMs: number;
  readonly signal: AbortSignal;
  /** Told about every file that was written. */
  readonly onChange: (path: string) => void;
}

/** What goes back to the model. An error is for the model to mend, it never ends the agent. */
export interface ToolOutput {
  readonly isError: boolean;
  readonly text: string;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: z.ZodObject;
  /** `input` is whatever the model sent. Never rejects. */
  call(input: unknown, context: ToolContext): Promise<ToolOutput>;
}

interface ToolDefinition<S extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly input: S;
  readonly run: (input: z.infer<S>, context: ToolContext) => Promise<ToolOutput>;
}

export function defineTool<S extends z.ZodObject>({
  name,
  description,
  input,
  run,
}: ToolDefinition<S>): Tool {
  return {
    name,
    description,
    inputSchema: input,
    async call(raw, context) {
      const parsed = input.safeParse(raw);
      if (!parsed.success)
        return failure(`${name} was called with wrong input. ${z.prettifyError(parsed.error)}`);
      try {
        return await run(parsed.data, context);
      } catch (error) {
        return failure(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

export function success(text: string): ToolOutput {
  return { isError: false, text };
}

export function failure(text: string): ToolOutput {
  return { isError: true, text };
}
