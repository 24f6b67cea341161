import type { Stage } from '../domain/stage.ts';
import type { ModelMessage } from '../model/call-model.ts';
import type { WorkerContext } from './context.ts';
import { gatewayFor } from './gateway-access.ts';

export interface ModelQuestions {
  readonly stage: Stage;
  readonly attempt: number;
  readonly modelRef: string;
  /** What the heartbeat says meanwhile. */
  readonly activity: string;
  readonly signal: AbortSignal;
}

/** Asks a model for text, outside of any agent, within the limits of the run; the tokens for thinking are those of planning. */
export async function createAsker(
  context: WorkerContext,
  { stage, attempt, modelRef, activity, signal }: ModelQuestions,
): Promise<(system: string, messages: ModelMessage[]) => Promise<string>> {
  const { limits, thinking } = context.assignment.spec;
  const [callModel, gateway] = await Promise.all([
    context.loadCallModel(),
    gatewayFor(context, { stage, attempt, modelRef, fromSandbox: false }),
  ]);
  return async (system, messages) => {
    context.setActivity(activity);
    const { text } = await callModel({
      gateway,
      modelRef,
      system,
      messages,
      thinkingTokens: thinking.planTokens,
      timeouts: {
        totalMs: limits.modelCallMs,
        firstByteMs: limits.silenceMs,
        idleMs: limits.silenceMs,
      },
      signal,
    });
    return text;
  };
}
