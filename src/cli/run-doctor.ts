import { loadConfig } from '../config/load-config.ts';
import { toErrorData } from '../domain/errors/runyard-error.ts';
import type { Finding } from '../domain/finding.ts';
import { clean } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Style } from './terminal.ts';

/** `runyard doctor`: a configuration that cannot be loaded is a finding like the others. */
export async function runDoctor(
  context: CliContext,
  options: CommonOptions & { probe?: true },
): Promise<ExitCode> {
  const { terminal, env, cwd, services } = context;
  const { config, dataDir } = options;
  const loaded = await loadConfig({ env, cwd, flags: { config, dataDir } }).catch(toErrorData);
  const findings = await services.doctor({ loaded, env, probe: options.probe === true });
  const failed = findings.filter(({ status }) => status === 'fail');
  if (options.json) terminal.out(JSON.stringify({ ok: failed.length === 0, findings }));
  else terminal.out(renderFindings(findings, terminal.style));
  if (failed.length === 0) return exitCodes.succeeded.code;
  return failed.some(({ area }) => area === 'configuration') ? exitCodes.usage.code : exitCodes.failed.code;
}

function renderFindings(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const marks = { ok: style.green('ok  '), warn: style.yellow('warn'), fail: style.red('FAIL') };
  const lines = findings.map(({ check, status, what, why, next }) => {
    const indent = `\n${' '.repeat(width + 8)}`;
    const details = [why, next === null ? '' : `-> ${next}`].filter((text) => text !== '');
    const extra = details.map((text) => `${indent}${style.dim(clean(text))}`).join('');
    return `${marks[status]}  ${check.padEnd(width)}  ${clean(what)}${extra}`;
  });
  return [...lines, '', summaryOf(findings)].join('\n');
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const failed = count('fail');
  if (failed > 0)
    return `${failed} of ${findings.length} checks failed. Mend those first; the lines marked -> say how.`;
  const warnings = count('warn');
  return warnings > 0 ? `Ready, with ${warnings} warning(s).` : 'Ready.';
}
