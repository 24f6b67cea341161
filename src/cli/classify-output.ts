import { createReadStream } from 'node:fs';
import path from 'node:path';
import { messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import { failureClassOf, usualReactionTo } from '../domain/failure-category.ts';
import { type Classification, classify } from '../verify/classify/classify.ts';
import { OutputWindow } from '../verify/classify/output-window.ts';
import { clean } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type Fact, factWidth, renderFacts, wrapWords } from './render/facts.ts';

export interface ClassifyOptions {
  readonly tool?: string;
  readonly exitCode?: number;
  readonly root?: string;
}

/** `runyard classify`: 0 whatever the failure is, for the answer says that; 2 where there is nothing to read. */
export async function classifyOutput(
  context: CliContext,
  file: string | null,
  options: ClassifyOptions & CommonOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const text = await readOutput(context, file);
  const isEmpty = text.trim() === '';
  if (isEmpty && options.exitCode === undefined) {
    throw runyardError('cli.usage', {
      problem: 'There is no output, and no --exit-code that could say anything instead.',
      help: `${context.program} classify --help`,
    });
  }
  const found = classify({
    text,
    exitCode: options.exitCode ?? null,
    ...(options.tool === undefined ? {} : { tool: options.tool }),
    ...(options.root === undefined ? {} : { root: path.resolve(context.cwd, options.root) }),
  });
  if (options.json) terminal.out(JSON.stringify(answerOf(found)));
  else {
    if (isEmpty) terminal.err('There was no output: the exit code alone decides.');
    if (options.exitCode === undefined)
      terminal.err('Without --exit-code, a success cannot be told from a failure.');
    terminal.out(renderFacts(factsOf(found, factWidth(terminal.columns)), terminal.style));
  }
  return exitCodes.succeeded.code;
}

async function readOutput(context: CliContext, file: string | null): Promise<string> {
  const window = new OutputWindow();
  const decoder = new TextDecoder();
  const isStdin = file === null || file === '-';
  const stream = isStdin ? context.streamStdin() : createReadStream(path.resolve(context.cwd, file));
  try {
    for await (const piece of stream) window.push(decoder.decode(piece as Uint8Array, { stream: true }));
  } catch (error) {
    throw runyardError(
      'cli.output-unreadable',
      { file: isStdin ? 'standard input' : file, detail: messageOf(error) },
      error,
    );
  }
  window.push(decoder.decode());
  return window.text();
}

function answerOf(found: Classification) {
  return {
    category: found.category,
    class: failureClassOf(found.category),
    subcategory: found.subcategory,
    transient: found.transient,
    reaction: usualReactionTo(found.category),
    file: found.file,
    line: found.line,
    column: found.column,
    code: found.code,
    symbol: found.symbol,
    message: found.message,
    hint: found.hint,
    rule: found.rule,
  };
}

function factsOf(found: Classification, width: number): Fact[] {
  const kind = `${found.category}${found.subcategory ? ` (${found.subcategory})` : ''}`;
  const place = [found.file, found.line, found.line === null ? null : found.column]
    .filter((part) => part !== null)
    .join(':');
  const said = (text: string | null) =>
    text === null ? [] : wrapWords(clean(text).replaceAll('\n', ' '), width);
  return [
    ['category', [kind]],
    ['class', [`${failureClassOf(found.category)}; usual reaction: ${usualReactionTo(found.category)}`]],
    ['transient', [found.transient ? 'yes: an unchanged retry can succeed' : 'no']],
    ['place', place === '' ? [] : [clean(place)]],
    ['code', said(found.code)],
    ['symbol', said(found.symbol)],
    ['told by', said(found.message?.split('\n')[0] ?? null)],
    ['hint', said(found.hint)],
    ['rule', [found.rule]],
  ];
}
