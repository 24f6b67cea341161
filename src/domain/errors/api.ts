import { defineErrors } from './definition.ts';

export const apiErrors = defineErrors({
  'api.unauthorized': (_f: { route: string }) => ({
    kind: 'permanent',
    what: 'The request was refused: no valid token and no session.',
    why: `${_f.route} needs the header "Authorization: Bearer <token>", or a session of the dashboard. A token that is over or was revoked is none.`,
    next: 'Make a token (runyard token create <name> --role operator) or sign in (runyard sign-in). On this machine the file api-token of the data folder has one.',
  }),
  'api.invalid-request': (f: { problems: readonly string[] }) => ({
    kind: 'permanent',
    what: 'The request was not understood.',
    why: f.problems.join('; '),
    next: 'Mend the request and send it again; nothing was stored.',
  }),
  'api.idempotency-key-reused': (f: { key: string; run: string; differing: readonly string[] }) => ({
    kind: 'permanent',
    what: `The idempotency key "${f.key}" belongs to another request already; no run was made.`,
    why: `It made run ${f.run}, which differs in: ${f.differing.join(', ')}. A key stands for one request only.`,
    next: `Look at that run (runyard show ${f.run}), or send this request with a new key.`,
  }),
  'api.not-found': (f: { route: string }) => ({
    kind: 'permanent',
    what: `There is nothing at ${f.route}.`,
    why: 'The path or the method is wrong.',
    next: 'See docs/api.md for the paths.',
  }),
  'api.repository-unknown': (f: { repository: string }) => ({
    kind: 'permanent',
    what: `No run was ever made for ${f.repository}.`,
    why: 'Repositories are known by the runs they had, under exactly the path or URL that those name.',
    next: 'List the repositories: runyard repositories',
  }),
  'api.foreign-origin': (f: { header: string; value: string }) => ({
    kind: 'permanent',
    what: 'The request was refused: it seems to come from the page of another site.',
    why: `${f.header} is "${f.value}", which is not the address of this server.`,
    next: 'Connect to the address the server listens on, from a program or from a page of this machine; or say in server.publicUrl which name it has.',
  }),
  'api.method-not-allowed': (f: { route: string; allowed: string }) => ({
    kind: 'permanent',
    what: `${f.route} does not exist.`,
    why: `That path knows ${f.allowed} only.`,
    next: `Use ${f.allowed}; docs/api.md has all paths.`,
  }),
  'api.issue-not-found': (f: { issue: string }) => ({
    kind: 'permanent',
    what: `There is no issue "${f.issue}".`,
    why: 'No run has a ticket with that key, nor that id.',
    next: 'Look at GET /api/v1/runs for what there is.',
  }),
  'api.address-unusable': (f: { host: string; port: number; detail: string }) => ({
    kind: 'permanent',
    what: `The server cannot listen on ${f.host}:${f.port}.`,
    why: f.detail,
    next: 'Choose another address with --host and --port (0 takes a free port), or end what uses it.',
  }),
  'api.queue-full': (f: { queued: number; limit: number; retryAfterSeconds: number }) => ({
    kind: 'retryable',
    what: 'The queue is full; the run was not accepted.',
    why: `${f.queued} runs wait already, the limit is ${f.limit}.`,
    next: `Try again in ${f.retryAfterSeconds} seconds, or raise scheduler.maxQueued in runyard.yaml.`,
  }),
  'api.too-many-requests': (f: { limit: number; retryAfterSeconds: number }) => ({
    kind: 'retryable',
    what: 'The request was refused: too many came from you.',
    why: `At most ${f.limit} a minute are served for one token, and far fewer without a valid one.`,
    next: `Send it again in ${f.retryAfterSeconds} seconds, or raise server.requestsPerMinute.`,
  }),
  'api.busy': (f: { retryAfterSeconds: number }) => ({
    kind: 'retryable',
    what: 'The server is too busy to answer.',
    why: 'It is behind with its work; runs in flight come first.',
    next: `Send the request again in ${f.retryAfterSeconds} seconds. If this lasts, lower scheduler.maxRunsPerNode or add a node.`,
  }),
  'api.token-needed': (f: { route: string }) => ({
    kind: 'permanent',
    what: 'The request was refused: a session of the dashboard is not enough here.',
    why: `${f.route} is for programs, which ask with a token of their own.`,
    next: 'Make a token (runyard token create <name> --role operator) and send it: "Authorization: Bearer <token>".',
  }),
  'api.too-many-waits': (f: { limit: number }) => ({
    kind: 'permanent',
    what: 'Nobody waits for the run: too many waits of your token go on.',
    why: `At most ${f.limit} calls of start_run with "wait" go on at once for one token. The run itself was made.`,
    next: 'Look at the run with get_run.',
  }),
  'api.too-many-viewers': (f: { whose: string; limit: number; retryAfterSeconds: number }) => ({
    kind: 'retryable',
    what: 'The stream was refused: too many are open.',
    why: `${f.limit} ${f.whose} are open already, which is the limit.`,
    next: `Close some, or try again in ${f.retryAfterSeconds} seconds.`,
  }),
  'api.shutting-down': (f: { node: string; retryAfterSeconds: number }) => ({
    kind: 'retryable',
    what: 'The server is shutting down and takes no new runs.',
    why: `Node ${f.node} was asked to stop; it lets the runs in flight end and then leaves.`,
    next: `Send the request again when it is back; look after ${f.retryAfterSeconds} seconds.`,
  }),
  'api.data-folder-in-use': (f: { folder: string; holder: string }) => ({
    kind: 'permanent',
    what: `The data folder ${f.folder} is already served.`,
    why: `It is held by ${f.holder}.`,
    next: 'Use that server (the CLI does so by itself), stop it, or choose another folder with --data-dir.',
  }),
});
