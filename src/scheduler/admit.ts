import { admitAndClaim as admitAndClaimRuns, admitRuns } from '../queue/admit-runs.ts';
import type { Claim, ClaimRequest } from '../queue/claim-runs.ts';
import type { Queue } from '../queue/queue.ts';
import { type AdmissionRules, decideAdmission } from './decide-admission.ts';

/** Lets the queued runs start that the limits allow now; gives their ids. */
export function admit(queue: Queue, rules: AdmissionRules): Promise<string[]> {
  return admitRuns(queue, (snapshot) => decideAdmission(snapshot, rules).admit);
}

/** The same, and takes for this node what may start. */
export function admitAndClaim(queue: Queue, rules: AdmissionRules, request: ClaimRequest): Promise<Claim[]> {
  return admitAndClaimRuns(queue, (snapshot) => decideAdmission(snapshot, rules).admit, request);
}
