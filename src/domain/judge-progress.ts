import { formatDuration } from '../lib/deadline.ts';

/** What can be known of a working agent from outside; amounts are those since its last event. `null`: not known here. */
export interface ProgressSnapshot {
  readonly now: number;
  /** When the agent last said something; its start if it has not yet. */
  readonly lastEventAt: number;
  /** The tool that was called and has not answered yet. */
  readonly tool: { readonly name: string; readonly since: number } | null;
  /** Processor time of its process tree. */
  readonly cpuMs: number | null;
  /** When a file of the workspace last changed. */
  readonly changedAt: number | null;
  /** Tokens that models gave it. */
  readonly tokens: number | null;
  /** Since the worker last reported. */
  readonly heartbeatAgeMs: number;
  /** After this long without output it is ended. */
  readonly silenceMs: number;
}

/** `working`: it spoke a moment ago. `quiet`: it says nothing, and something shows that it works. `stuck`: nothing shows it. */
export interface ProgressJudgement {
  readonly verdict: 'working' | 'quiet' | 'stuck';
  readonly quietMs: number;
  readonly reasons: readonly string[];
}

const SPEAKING_MS = 20_000;
const LOST_HEARTBEAT_MS = 15_000;
/** A waiting process uses a little, for its timers. */
const IDLE_CPU_SHARE = 0.01;
/** Thinking is allowed to look like nothing for this long, or for a third of the silence limit if that is less. */
const PATIENCE_MS = 120_000;

/** Judges from several signals, and says which (X5). It never decides to end anything: that is for the limits. */
export function judgeProgress(snapshot: ProgressSnapshot): ProgressJudgement {
  const { now, lastEventAt, heartbeatAgeMs, silenceMs } = snapshot;
  const quietMs = Math.max(0, now - lastEventAt);
  if (heartbeatAgeMs > LOST_HEARTBEAT_MS) {
    const reasons = [`no heartbeat of its worker for ${formatDuration(heartbeatAgeMs)}`];
    return { verdict: 'stuck', quietMs, reasons };
  }
  if (quietMs < SPEAKING_MS) return { verdict: 'working', quietMs, reasons: [] };
  const signs = signsOfLife(snapshot, quietMs);
  if (signs.length > 0) return { verdict: 'quiet', quietMs, reasons: ['no output', ...signs] };
  const reasons = ['no output', ...silences(snapshot)];
  const isLong = quietMs >= Math.min(PATIENCE_MS, silenceMs / 3);
  return { verdict: isLong ? 'stuck' : 'quiet', quietMs, reasons };
}

function signsOfLife(
  { now, tool, cpuMs, changedAt, tokens, lastEventAt }: ProgressSnapshot,
  quietMs: number,
): string[] {
  const signs: string[] = [];
  if (cpuMs !== null && cpuMs >= quietMs * IDLE_CPU_SHARE) signs.push(`${formatDuration(cpuMs)} of CPU`);
  if (changedAt !== null && changedAt > lastEventAt)
    signs.push(`files changed ${formatDuration(Math.max(0, now - changedAt))} ago`);
  if (tokens !== null && tokens > 0) signs.push(`${tokens} tokens`);
  if (tool && cpuMs === null) signs.push(`${tool.name} has run for ${formatDuration(now - tool.since)}`);
  return signs;
}

function silences({ now, tool, cpuMs, changedAt, tokens }: ProgressSnapshot): string[] {
  return [
    ...(cpuMs === null ? [] : ['no CPU']),
    ...(changedAt === null ? [] : ['no file changed']),
    ...(tokens === null ? [] : ['no tokens']),
    ...(tool ? [`${tool.name} has not answered for ${formatDuration(now - tool.since)}`] : []),
  ];
}

/** `quiet for 2m 00s: no output, but 40.0s of CPU`; empty while it works. */
export function describeProgress({ verdict, quietMs, reasons }: ProgressJudgement): string {
  if (verdict === 'working') return '';
  const [first = '', ...rest] = reasons;
  const joint =
    verdict === 'quiet' && rest.some((reason) => !/^no |not answered/.test(reason)) ? ', but ' : ', ';
  const why = rest.length > 0 ? `${first}${joint}${rest.join(', ')}` : first;
  return `${verdict === 'stuck' ? 'seems stuck, quiet' : 'quiet'} for ${formatDuration(quietMs)}: ${why}`;
}
