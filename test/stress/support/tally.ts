import { appendFileSync } from 'node:fs';
import type { RunDetails } from '../../../src/api/contract.ts';
import type { FaultCase } from '../../chaos/fault-kit-cases.ts';

/** What a stress measured, for people and for bench/results. */
export interface StressResult {
  readonly name: string;
  readonly runs: number;
  /** Runs that ended as their agent deserved. */
  readonly asDeserved: number;
  readonly recoveries: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly mostAtOnce: number;
  readonly seconds: number;
  readonly seed: number | null;
}

/** Counts runs that ended as their agent deserved: what agents do wrong is no failure of the system. */
export function createTally() {
  let runs = 0;
  let recoveries = 0;
  const wrong: string[] = [];
  return {
    add(
      deserved: Pick<FaultCase, 'agent' | 'state' | 'error' | 'outcome'>,
      { run, attempts }: RunDetails,
    ): void {
      runs += 1;
      recoveries += run.recoveries;
      const last = attempts.at(-1);
      const isRight =
        run.state === deserved.state &&
        (deserved.error === undefined || last?.error?.code === deserved.error) &&
        (deserved.outcome === undefined || last?.outcome === deserved.outcome);
      if (!isRight) wrong.push(`${deserved.agent}: ${JSON.stringify({ ...run, spec: undefined, attempts })}`);
    },
    /** Runs that did not, with all that is known of them. */
    wrong: (): readonly string[] => wrong,
    rate: () => (runs - wrong.length) / runs,
    counts: () => ({ runs, asDeserved: runs - wrong.length, recoveries }),
  };
}

/** The file named by RUNYARD_STRESS_REPORT gets a line of JSON; people get a sentence. */
export function report(result: StressResult): void {
  const { name, runs, asDeserved, seconds, recoveries, mostAtOnce, kills } = result;
  const rate = ((100 * asDeserved) / runs).toFixed(2);
  const killed = Object.entries(kills).map(([victim, count]) => `${count} ${victim}`);
  const told = [
    `${name}: ${asDeserved} of ${runs} runs ended as their agents deserved (${rate} %)`,
    `${mostAtOnce} at once`,
    `killed: ${killed.join(', ') || 'nothing'}`,
    `${recoveries} recoveries`,
    `${seconds.toFixed(1)} s`,
  ];
  process.stdout.write(`${told.join('; ')}${result.seed === null ? '' : `; seed ${result.seed}`}\n`);
  const file = process.env['RUNYARD_STRESS_REPORT'];
  if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
