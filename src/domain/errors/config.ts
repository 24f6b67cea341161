import { defineErrors } from './definition.ts';

export const configErrors = defineErrors({
  'config.invalid-setting': (f: { setting: string; source: string; problem: string; example: string }) => ({
    kind: 'permanent',
    what: `The setting ${f.setting} is not right (from ${f.source}).`,
    why: f.problem,
    next: `Write it like this: ${f.example}`,
  }),
  'config.unknown-setting': (f: { setting: string; source: string; suggestion: string | null }) => ({
    kind: 'permanent',
    what: `There is no setting ${f.setting} (in ${f.source}).`,
    why: f.suggestion
      ? `Did you mean ${f.suggestion}?`
      : 'Unknown settings are refused, so that a slip of the pen is not ignored.',
    next: 'Mend or remove it. Every setting is in docs/reference/configuration.md; see yours with: runyard config show',
  }),
  'config.untrusted-setting': (f: { setting: string; source: string }) => ({
    kind: 'permanent',
    what: `The setting ${f.setting} is not taken from ${f.source}.`,
    why: 'It decides where keys go, how well work is isolated or how strictly it is checked, and a file in a project folder may have been written by somebody else.',
    next: `Put it into your own file (~/.config/runyard/runyard.yaml), or name the file if you trust it: --config ${f.source}`,
  }),
  'config.file-unreadable': (f: { file: string; detail: string }) => ({
    kind: 'permanent',
    what: `The configuration file ${f.file} cannot be read.`,
    why: f.detail,
    next: 'Check that the path is right and that you may read the file.',
  }),
  'config.file-malformed': (f: { file: string; detail: string }) => ({
    kind: 'permanent',
    what: `The configuration file ${f.file} is not valid YAML.`,
    why: f.detail,
    next: 'Mend that line. docs/reference/configuration.md has an example of every setting.',
  }),
  'config.data-folder-unusable': (f: { folder: string; detail: string }) => ({
    kind: 'permanent',
    what: `The data folder ${f.folder} cannot be used.`,
    why: f.detail,
    next: 'Choose a folder of your own: --data-dir <folder>, or RUNYARD_DATA_DIR.',
  }),
  'config.data-folder-open': (f: { folder: string; mode: string }) => ({
    kind: 'permanent',
    what: `Others may enter the data folder ${f.folder} (mode ${f.mode}).`,
    why: 'It holds the API token, the signing key and the database, so only its owner may enter it.',
    next: `Close it: chmod 700 '${f.folder}'`,
  }),
  'config.data-folder-not-owned': (f: { folder: string; owner: number; user: number }) => ({
    kind: 'permanent',
    what: `The data folder ${f.folder} belongs to somebody else.`,
    why: `Its owner is user ${f.owner}, you are user ${f.user}.`,
    next: `Run Runyard as that user, or choose another folder: --data-dir <folder>`,
  }),
  'config.agent-unavailable': (f: { agent: string; detail: string; next: string }) => ({
    kind: 'permanent',
    what: `The agent "${f.agent}" cannot be used on this machine.`,
    why: f.detail,
    next: f.next,
  }),
  'config.model-missing': (f: { agent: string }) => ({
    kind: 'permanent',
    what: `The agent "${f.agent}" needs a model, and none is configured.`,
    why: 'Neither --model nor models.implement in runyard.yaml is given.',
    next: 'Give one: --model anthropic/claude-sonnet-5 (or RUNYARD_MODELS_IMPLEMENT, or models.implement in runyard.yaml).',
  }),
  'config.provider-unknown': (f: { provider: string; model: string; known: readonly string[] }) => ({
    kind: 'permanent',
    what: `There is no provider "${f.provider}" (for the model ${f.model}).`,
    why: `A model is written provider/model. The providers are: ${f.known.join(', ')}.`,
    next: `Use one of these, or describe yours under providers.${f.provider} in your runyard.yaml: { kind: openai, baseUrl: "https://…/v1" }`,
  }),
  'config.key-missing': (f: { provider: string; variable: string; model: string; usedFor: string }) => ({
    kind: 'permanent',
    what: `The key of the provider "${f.provider}" is missing: ${f.variable} is not set.`,
    why: `It is needed for ${f.usedFor} with ${f.model}.`,
    next: `Set it where the control plane is started: export ${f.variable}=<your key>. Check it with: runyard doctor --probe`,
  }),
  'config.key-malformed': (f: { provider: string; variable: string; problem: string }) => ({
    kind: 'permanent',
    what: `The key of the provider "${f.provider}" in ${f.variable} is malformed.`,
    why: f.problem,
    next: `Copy the key again, without quotes, spaces or line breaks: export ${f.variable}=<your key>`,
  }),
  'config.protocol-mismatch': (f: {
    agent: string;
    model: string;
    kind: string;
    speaks: readonly string[];
  }) => ({
    kind: 'permanent',
    what: `The agent "${f.agent}" cannot use the model ${f.model}.`,
    why: `The provider speaks the ${f.kind} protocol, the agent only ${f.speaks.join(' or ')}.`,
    next: `Choose a model of a provider that speaks ${f.speaks.join(' or ')}, or another agent: --agent builtin`,
  }),
  'config.prompt-unusable': (f: { prompt: string; file: string; problem: string }) => ({
    kind: 'permanent',
    what: `The prompt template "${f.prompt}" cannot be used.`,
    why: `${f.file}: ${f.problem}`,
    next: 'Restore the file from the release (git checkout prompts/), or mend it as the problem says.',
  }),
  'config.prompt-values': (f: { prompt: string; problem: string }) => ({
    kind: 'permanent',
    what: `The prompt "${f.prompt}" was filled in wrongly.`,
    why: f.problem,
    next: 'This is an error in Runyard. Please report it.',
  }),
  'config.not-ready': (f: { check: string; problem: string; mend: string }) => ({
    kind: 'permanent',
    what: f.check,
    why: f.problem,
    next: f.mend,
  }),
  'config.repository-with-password': (f: { host: string }) => ({
    kind: 'permanent',
    what: 'The address of the repository holds a password.',
    why: `An address is stored with the run and shown to everyone who may look at it. Nothing was stored (host: ${f.host}).`,
    next: "Leave it out and let git's credential helper or ssh give it: git config --global credential.helper store",
  }),
});
