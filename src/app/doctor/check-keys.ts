import { keyProblem } from '../../config/preflight.ts';
import { bringsItsOwnModel, ladderFor } from '../../config/run-spec.ts';
import type { Config, ProviderConfig } from '../../config/schema.ts';
import type { ErrorData } from '../../domain/errors/runyard-error.ts';
import type { Finding } from '../../domain/finding.ts';
import { parseModelRef } from '../../domain/model-ref.ts';
import { failure, failureOf, good, warning } from './finding.ts';

/** Asks a provider whether it accepts its key; null when it does. */
export type ProbeProvider = (name: string, provider: ProviderConfig) => Promise<ErrorData | null>;

/** The models that are set, and for each provider whether its key is there and, with `probe`, whether it is accepted. */
export async function checkKeys(config: Config, probe: ProbeProvider | null): Promise<Finding[]> {
  const needed = neededProviders(config);
  const entries = Object.entries(config.providers);
  const findings = await Promise.all(
    entries.map(([name, provider]) => checkKey(name, provider, { needed, probe })),
  );
  const unknown = [...needed]
    .filter(([name]) => !config.providers[name])
    .map(([name, model]) => unknownProvider(name, model));
  const shown = findings.filter((finding) => finding !== null);
  return [
    checkModels(config),
    ...(shown.length + unknown.length > 0 ? [...shown, ...unknown] : [noKeys(entries)]),
  ];
}

function checkModels(config: Config): Finding {
  const { plan, implement, heal } = config.models;
  if (implement) {
    const others = [plan && `plan ${plan}`, heal && `heal ${heal}`].filter(Boolean).join(', ');
    return good('models', `implement ${implement}${others ? `, ${others}` : ''}.`);
  }
  const isComplete = ladderFor(config).every(
    ({ agent, model }) => model !== null || bringsItsOwnModel(agent),
  );
  if (isComplete) return good('models', 'Named in the ladder, or not needed.');
  return warning('models', 'No model is set.', {
    why: 'Each run then has to name one.',
    next: 'Give --model provider/model with each run, or set models.implement in runyard.yaml.',
    area: 'configuration',
  });
}

interface KeyCheck {
  readonly needed: ReadonlyMap<string, string>;
  readonly probe: ProbeProvider | null;
}

async function checkKey(
  name: string,
  provider: ProviderConfig,
  { needed, probe }: KeyCheck,
): Promise<Finding | null> {
  const check = `key ${name}`;
  const model = needed.get(name);
  const { apiKey, apiKeyEnv } = provider;
  if (apiKey === null && apiKeyEnv !== null) {
    // A provider nobody uses needs no key.
    if (!model) return null;
    const why = `The configured model ${model} needs it.`;
    const next = `Set it where the control plane is started: export ${apiKeyEnv}=<your key>`;
    return failure(check, `${apiKeyEnv} is not set.`, { why, next, area: 'configuration' });
  }
  const problem = apiKey === null ? null : keyProblem(apiKey);
  if (problem) {
    const next = `Copy the key again, without quotes, spaces or line breaks${apiKeyEnv ? ` (${apiKeyEnv})` : ''}.`;
    return failure(check, 'The key is malformed.', { why: problem, next, area: 'configuration' });
  }
  const where = apiKey === null ? 'No key is needed' : 'Set';
  if (!probe) return good(check, `${where}, not tried.`, 'runyard doctor --probe asks the provider.');
  const refused = await probe(name, provider);
  if (refused) return failureOf(check, refused, 'configuration');
  return good(check, `${where}, and ${provider.baseUrl} accepts it.`);
}

/** Providers of the configured models, with one model of each. */
function neededProviders(config: Config): Map<string, string> {
  const models = [
    config.models.plan,
    config.models.implement,
    config.models.heal,
    ...ladderFor(config).map(({ model }) => model),
  ];
  return new Map(models.flatMap((model) => (model ? [[parseModelRef(model).provider, model] as const] : [])));
}

function noKeys(providers: readonly (readonly [string, ProviderConfig])[]): Finding {
  const variables = providers.flatMap(([, { apiKeyEnv }]) => apiKeyEnv ?? []);
  return warning('keys', 'No provider key is set.', {
    why: 'Only agents that bring their own model can run (--agent command:<executable> --no-plan).',
    next: `Set one where the control plane is started: ${variables.join(', ')}`,
    area: 'configuration',
  });
}

function unknownProvider(name: string, model: string): Finding {
  return failure(`key ${name}`, `There is no provider "${name}".`, {
    why: `The configured model ${model} needs it.`,
    next: `Describe it under providers.${name} in your runyard.yaml, or choose another model.`,
    area: 'configuration',
  });
}
