/** What is asked of the large database, and how long it may take. */
export interface Question {
  readonly name: string;
  /** For one sample: what varies is drawn by it. */
  readonly path: (draw: Draw) => string;
  /** null: reported only. */
  readonly p95Ms: number | null;
}

export interface Draw {
  /** A whole number from 0. */
  (below: number): number;
  /** The id of one of the runs. */
  readonly run: () => string;
}

const LIST_MS = 100;
const OVERVIEW_MS = 200;
const repositories = ['web', 'api', 'mobile', 'billing', 'search', 'infra', 'docs', 'cli', 'data', 'auth'];
const common = ['login', 'timeout', 'invoice', 'cache', 'memory'];

const runs =
  (query: (draw: Draw) => string): Question['path'] =>
  (draw) =>
    `/api/v1/runs?${query(draw)}`;

const repository = (draw: Draw) => encodeURIComponent(`/repositories/${repositories[draw(10)]}`);
const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

/** Those that the server does not have (404 for the route) are left out of the result. */
export const questions: readonly Question[] = [
  { name: 'list', path: runs(() => 'limit=50'), p95Ms: LIST_MS },
  { name: 'list, page of 200', path: runs(() => 'limit=200'), p95Ms: LIST_MS },
  { name: 'list, deep in it', path: runs((draw) => `limit=50&before=${draw.run()}`), p95Ms: LIST_MS },
  { name: 'state: open ones', path: runs(() => 'state=queued,starting,running,waiting'), p95Ms: LIST_MS },
  { name: 'state: waiting', path: runs(() => 'state=waiting'), p95Ms: LIST_MS },
  { name: 'state: failed', path: runs(() => 'state=failed'), p95Ms: LIST_MS },
  { name: 'state: failed, deep', path: runs((draw) => `state=failed&before=${draw.run()}`), p95Ms: LIST_MS },
  {
    name: 'state: every one',
    path: runs(() => 'state=queued,running,succeeded,failed,timed_out'),
    p95Ms: LIST_MS,
  },
  { name: 'repository', path: runs((draw) => `repository=${repository(draw)}`), p95Ms: LIST_MS },
  {
    name: 'repository that is rare',
    path: runs((draw) => `repository=${repository(draw)}-${draw(40)}`),
    p95Ms: LIST_MS,
  },
  { name: 'repository that has none', path: runs(() => 'repository=%2Fnone'), p95Ms: LIST_MS },
  {
    name: 'repository and state',
    path: runs((draw) => `repository=${repository(draw)}&state=failed`),
    p95Ms: LIST_MS,
  },
  {
    name: 'repository and open state',
    path: runs((draw) => `repository=${repository(draw)}&state=waiting`),
    p95Ms: LIST_MS,
  },
  { name: 'ticket', path: runs((draw) => `ticket=AB-${draw(5000)}`), p95Ms: LIST_MS },
  { name: 'agent', path: runs(() => 'agent=claude-code'), p95Ms: LIST_MS },
  { name: 'agent and state', path: runs(() => 'agent=codex&state=timed_out'), p95Ms: LIST_MS },
  { name: 'agent that has none', path: runs(() => 'agent=none'), p95Ms: LIST_MS },
  { name: 'error', path: runs(() => 'error=run.ladder-exhausted'), p95Ms: LIST_MS },
  {
    name: 'error and repository',
    path: runs((draw) => `error=agent.failed&repository=${repository(draw)}`),
    p95Ms: LIST_MS,
  },
  { name: 'time: a day', path: runs(() => `since=${dayAgo(31)}&until=${dayAgo(30)}`), p95Ms: LIST_MS },
  {
    name: 'time and state',
    path: runs(() => `since=${dayAgo(60)}&until=${dayAgo(30)}&state=timed_out`),
    p95Ms: LIST_MS,
  },
  {
    name: 'text: a common word',
    path: runs((draw) => `text=${common[draw(common.length)]}`),
    p95Ms: LIST_MS,
  },
  { name: 'text: a rare word', path: runs((draw) => `text=term${draw(5000)}`), p95Ms: LIST_MS },
  {
    name: 'text: two words',
    path: runs((draw) => `text=${common[draw(common.length)]}%20term${draw(5000)}`),
    p95Ms: LIST_MS,
  },
  { name: 'text: the start of a word', path: runs((draw) => `text=term${draw(50)}`), p95Ms: LIST_MS },
  { name: 'text: one letter', path: runs(() => 'text=t'), p95Ms: LIST_MS },
  { name: 'text: no such word', path: runs(() => 'text=nothinglikethis'), p95Ms: LIST_MS },
  { name: 'text: a run id', path: runs((draw) => `text=${draw.run()}`), p95Ms: LIST_MS },
  { name: 'text and state', path: runs((draw) => `text=term${draw(5000)}&state=failed`), p95Ms: LIST_MS },
  {
    name: 'text, repository and state',
    path: runs((draw) => `text=${common[draw(common.length)]}&repository=${repository(draw)}&state=failed`),
    p95Ms: LIST_MS,
  },
  { name: 'run', path: (draw) => `/api/v1/runs/${draw.run()}`, p95Ms: LIST_MS },
  {
    name: 'run, by the start of its id',
    path: (draw) => `/api/v1/runs/${draw.run().slice(0, 9)}`,
    p95Ms: LIST_MS,
  },
  { name: 'why', path: (draw) => `/api/v1/runs/${draw.run()}/why`, p95Ms: LIST_MS },
  { name: 'events of a run', path: (draw) => `/api/v1/runs/${draw.run()}/events?after=10`, p95Ms: LIST_MS },
  { name: 'system events', path: () => '/api/v1/system-events?limit=50', p95Ms: LIST_MS },
  { name: 'queue', path: () => '/api/v1/queue', p95Ms: OVERVIEW_MS },
  { name: 'health', path: () => '/api/v1/health', p95Ms: LIST_MS },
  { name: 'overview', path: () => '/api/v1/overview', p95Ms: OVERVIEW_MS },
  { name: 'repositories', path: () => '/api/v1/repositories', p95Ms: OVERVIEW_MS },
  { name: 'agents', path: () => '/api/v1/agents', p95Ms: OVERVIEW_MS },
  { name: 'providers', path: () => '/api/v1/providers', p95Ms: OVERVIEW_MS },
  { name: 'attempts of a run', path: (draw) => `/api/v1/runs/${draw.run()}/attempts`, p95Ms: LIST_MS },
  { name: 'model calls of a run', path: (draw) => `/api/v1/runs/${draw.run()}/model-calls`, p95Ms: LIST_MS },
  { name: 'log of a run', path: (draw) => `/api/v1/runs/${draw.run()}/log`, p95Ms: LIST_MS },
];
