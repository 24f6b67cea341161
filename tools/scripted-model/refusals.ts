import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorShape } from './answer.ts';
import type { Protocol } from './request.ts';
import type { Scenario } from './scenario.ts';

export function checkKey(
  scenario: Scenario,
  protocol: Protocol,
  headers: IncomingHttpHeaders,
): ErrorShape | null {
  if (scenario.expectKey === undefined) return null;
  const bearer = headers.authorization?.replace(/^Bearer\s+/i, '');
  const given = headers['x-api-key'] ?? bearer;
  if (given === scenario.expectKey) return null;
  if (protocol === 'anthropic') {
    return { status: 401, type: 'authentication_error', code: null, message: 'invalid x-api-key' };
  }
  const message =
    'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.';
  return { status: 401, type: 'invalid_request_error', code: 'invalid_api_key', message };
}

export function unknownModel(protocol: Protocol, model: string): ErrorShape {
  if (protocol === 'anthropic')
    return { status: 404, type: 'not_found_error', code: null, message: `model: ${model}` };
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return { status: 404, type: 'invalid_request_error', code: 'model_not_found', message };
}

export function badRequest(error: unknown): ErrorShape {
  const message = `scripted model: ${error instanceof Error ? error.message : String(error)}`;
  return { status: 400, type: 'invalid_request_error', code: null, message };
}

export function listModels(scenario: Scenario): unknown {
  const models = scenario.models ?? ['scripted-model'];
  const data = models.map((id) => ({
    id,
    type: 'model',
    object: 'model',
    display_name: id,
    owned_by: 'scripted',
  }));
  return { object: 'list', data, has_more: false };
}
