import { defineErrors } from './definition.ts';

export const accessErrors = defineErrors({
  'api.forbidden': (f: { operation: string; role: string; needed: string }) => ({
    kind: 'permanent',
    what: `The request was refused: your role is not enough for ${f.operation}.`,
    why: `You have the role ${f.role}; it needs ${f.needed}.`,
    next: `Ask an admin for a token of that role (runyard token create <name> --role ${f.needed}), or to do it for you.`,
  }),
  'api.forged': (f: { problem: string }) => ({
    kind: 'permanent',
    what: 'The request was refused: it may come from another site.',
    why: f.problem,
    next: 'Reload the dashboard and try again. Programs use an API token (runyard token create) instead of a session.',
  }),
  'api.sign-in-refused': (f: { problem: string }) => ({
    kind: 'permanent',
    what: 'You were not signed in.',
    why: f.problem,
    next: 'Make a new link on the machine that runs Runyard: runyard sign-in',
  }),
  'api.oidc-refused': (f: { problem: string }) => ({
    kind: 'permanent',
    what: 'You were not signed in.',
    why: f.problem,
    next: 'Ask the admin of this Runyard to let you in (auth.oidc in runyard.yaml).',
  }),
  'api.oidc-unavailable': (f: { issuer: string; detail: string }) => ({
    kind: 'retryable',
    what: 'Signing in is not possible right now.',
    why: `The OpenID provider ${f.issuer} did not do its part: ${f.detail}`,
    next: 'Try again. If this lasts, check auth.oidc in runyard.yaml, or sign in with a link: runyard sign-in',
  }),
  'api.no-such-token': (f: { token: string }) => ({
    kind: 'permanent',
    what: `There is no API token ${f.token}.`,
    why: 'Tokens are named by their id, not by what they are called.',
    next: 'See them with: runyard token list',
  }),
  // Not retryable: whoever simply sends it again does it twice.
  'api.not-recorded': (f: { operation: string }) => ({
    kind: 'needs-human',
    what: `${f.operation} was done, but could not be written into the audit log.`,
    why: 'The database refused the entry or was away. The log of the server has what would have stood there.',
    next: 'Look at what became of it before you send it again.',
  }),
  'api.sign-in-not-recorded': (_f: Readonly<Record<string, never>>) => ({
    kind: 'needs-human',
    what: 'You were not signed in.',
    why: 'It could not be written into the audit log: the database refused the entry or was away. Your session was ended again.',
    next: 'Sign in again when the database is well. A link works once, so make a new one: runyard sign-in',
  }),
  'cli.no-server': (_f: Readonly<Record<string, never>>) => ({
    kind: 'permanent',
    what: 'There is no server to sign in to.',
    why: 'The link would lead to this command, which ends at once.',
    next: 'Start the server first: runyard serve',
  }),
  'config.host-without-access': (f: { host: string }) => ({
    kind: 'permanent',
    what: `Runyard does not listen on ${f.host}: nobody there could sign in.`,
    why: 'An address that other machines reach needs a way in that suits them: an API token or an OpenID provider. There is neither.',
    next: 'Make a token first (runyard token create <name> --role operator), or set auth.oidc in runyard.yaml; or leave server.host at 127.0.0.1.',
  }),
  'config.oidc-incomplete': (f: { setting: string; why: string }) => ({
    kind: 'permanent',
    what: `Signing in with OpenID Connect is not set up completely: ${f.setting} is missing.`,
    why: f.why,
    next: 'docs/security.md has an example of auth.oidc. Without auth.oidc.issuer it is off.',
  }),
});
