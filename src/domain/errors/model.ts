import { defineErrors } from './definition.ts';

export const modelErrors = defineErrors({
  'model.catalogue-invalid': (f: { file: string; problems: readonly string[] }) => ({
    kind: 'permanent',
    what: `The model catalogue ${f.file} is not valid.`,
    why: f.problems.slice(0, 5).join('; '),
    next: 'Mend the file, or remove it: the built-in catalogue is used then. src/model/models.json shows the form.',
  }),
  'model.empty-answer': (f: { model: string; missing: string }) => ({
    kind: 'retryable',
    what: `${f.model} gave an answer with nothing in it.`,
    why: `Missing: ${f.missing}.`,
    next: 'Try again; if it stays so, choose another model (--model provider/model).',
  }),
  'model.malformed-answer': (f: { model: string; missing: string }) => ({
    kind: 'retryable',
    what: `${f.model} gave an answer that does not follow its own protocol.`,
    why: `Missing or wrong: ${f.missing}.`,
    next: 'Check that baseUrl of the provider leads to the API itself (runyard doctor --probe), or choose another model.',
  }),
  'model.malformed-tool-call': (f: { model: string; tool: string; problem: string }) => ({
    kind: 'retryable',
    what: `${f.model} called the tool ${f.tool} with input that cannot be used.`,
    why: f.problem,
    next: 'Nothing: the model is told what was wrong and may call it again.',
  }),
  'model.invalid-object': (f: { model: string; problems: readonly string[] }) => ({
    kind: 'retryable',
    what: `${f.model} did not answer in the form it was asked for.`,
    why: f.problems.slice(0, 5).join('; '),
    next: 'Ask again with the problems named, or choose another model.',
  }),
  'model.interrupted': (f: { model: string; detail: string }) => ({
    kind: 'retryable',
    what: `The answer of ${f.model} broke off before its end.`,
    why: f.detail,
    next: 'Try again: a cut connection passes. If it stays so, check the network between this host and the provider.',
  }),
  'model.output-limit': (f: { model: string; maxOutputTokens: number }) => ({
    kind: 'permanent',
    what: `${f.model} reached its output limit of ${f.maxOutputTokens} tokens in mid-answer.`,
    why: 'The answer was longer than this model may give in one go; what it said is not complete and is not used.',
    next: 'Make the ticket smaller, or choose a model with a higher limit. If the catalogue is wrong, correct it in models.json.',
  }),
  'model.refused': (f: { model: string }) => ({
    kind: 'permanent',
    what: `${f.model} refused to answer.`,
    why: "The provider's content filter stopped it.",
    next: 'Read the ticket for wording that could be misread, or choose another model.',
  }),
  'model.timed-out': (f: { model: string; limit: string; limitMs: number }) => ({
    kind: 'retryable',
    what: `${f.model} did not answer in time.`,
    why: `The ${f.limit} limit of ${Math.round(f.limitMs / 1000)} s passed.`,
    next: 'Try again, or raise the limit (limits in runyard.yaml).',
  }),
  'model.unreachable': (f: { model: string; url: string; detail: string }) => ({
    kind: 'retryable',
    what: `The model gateway at ${f.url} cannot be reached for ${f.model}.`,
    why: f.detail,
    next: 'Check that the server still runs: runyard doctor',
  }),
  'model.failed': (f: { model: string; detail: string }) => ({
    kind: 'permanent',
    what: `The call to ${f.model} failed.`,
    why: f.detail,
    next: 'Check the model and its provider with: runyard doctor --probe',
  }),
});
