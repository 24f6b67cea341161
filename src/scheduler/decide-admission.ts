import type { HeldRun, HoldReason } from '../domain/hold-reason.ts';
import type { AdmissionSnapshot, QueuedRun } from '../queue/admission-snapshot.ts';
import type { AdmissionLimits, NodeRoom } from './admission-limits.ts';
import { orderOfService } from './order-of-service.ts';

export interface AdmissionDecision {
  /** In the order in which they start. */
  readonly admit: readonly string[];
  /** Every other run that was looked at, in the order in which they would start. */
  readonly held: readonly HeldRun[];
}

export interface AdmissionRules {
  readonly limits: AdmissionLimits;
  readonly node: NodeRoom;
}

/** From then on a run that waits for its agent or provider keeps the place of its repository. */
export const keepPlaceAfterMinutes = 60;

/**
 * Which queued runs may start now, and why the others may not. Pure: limits hold exactly because the caller runs it under an advisory
 * lock with the snapshot taken inside the same transaction (Q2). A run that may not start keeps no
 * other from starting, with one exception: one that needs two scarce places at once would never find both free if the runs behind it
 * took the one of its repository each time.
 */
export function decideAdmission(
  snapshot: AdmissionSnapshot,
  { limits, node }: AdmissionRules,
): AdmissionDecision {
  const places = createPlaces(snapshot, limits, node);
  const admit: string[] = [];
  const held: HeldRun[] = [];
  for (const { run, passedOverMinutes } of orderOfService(snapshot)) {
    const reasons = places.refusals(run);
    if (reasons.length > 0) {
      if (passedOverMinutes >= keepPlaceAfterMinutes && lacksShared(reasons)) places.keepFor(run);
      held.push({ id: run.id, reasons });
      continue;
    }
    places.take(run);
    admit.push(run.id);
  }
  return { admit, held };
}

function lacksShared(reasons: readonly HoldReason[]): boolean {
  if (reasons.includes('paused') || reasons.includes('repository-limit')) return false;
  return reasons.includes('agent-limit') || reasons.includes('provider-limit');
}

interface Places {
  refusals(run: QueuedRun): HoldReason[];
  take(run: QueuedRun): void;
  /** The place of its repository only: that delays nobody but its own repository. */
  keepFor(run: QueuedRun): void;
}

function createPlaces(
  { active, paused }: AdmissionSnapshot,
  limits: AdmissionLimits,
  { freePlaces, short }: NodeRoom,
): Places {
  const repositories = createCount(active.byRepository, limits.repositories, limits.maxRunsPerRepository);
  const agents = createCount(active.byAgent, limits.agents, limits.maxRunsPerAgent);
  const providers = createCount(active.byProvider, limits.providers, limits.maxRunsPerProvider);
  const isPaused = (run: QueuedRun) =>
    paused.agents.includes(run.agent) || (run.provider !== null && paused.providers.includes(run.provider));
  let total = active.total;
  // Admitted runs that nobody took yet may all come to this node.
  let onNode = freePlaces === null ? Number.POSITIVE_INFINITY : freePlaces - active.unclaimed;
  return {
    refusals(run) {
      const reasons: HoldReason[] = [];
      if (isPaused(run)) reasons.push('paused');
      if (repositories.full(run.repository)) reasons.push('repository-limit');
      if (agents.full(run.agent)) reasons.push('agent-limit');
      if (run.provider !== null && providers.full(run.provider)) reasons.push('provider-limit');
      if (total >= limits.maxRuns) reasons.push('global-limit');
      if (onNode <= 0) reasons.push('node-full');
      return [...reasons, ...short];
    },
    take(run) {
      repositories.add(run.repository);
      agents.add(run.agent);
      if (run.provider !== null) providers.add(run.provider);
      total += 1;
      onNode -= 1;
    },
    keepFor: (run) => repositories.add(run.repository),
  };
}

function createCount(
  held: Readonly<Record<string, number>>,
  own: Readonly<Record<string, number>>,
  general: number | null,
) {
  const counts = new Map(Object.entries(held));
  const limits = new Map(Object.entries(own));
  return {
    full: (name: string) =>
      (counts.get(name) ?? 0) >= (limits.get(name) ?? general ?? Number.POSITIVE_INFINITY),
    add: (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1),
  };
}
