import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** What a reader needs to judge the figures. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly git: string;
  /** Of the last minute, when the measurement began: above the number of cores the figures say little. */
  readonly load: number;
}

export async function describeMachine(): Promise<Machine> {
  const { stdout } = await promisify(execFile)('git', ['--version']);
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    git: stdout.trim(),
    load: loadavg()[0] ?? 0,
  };
}
