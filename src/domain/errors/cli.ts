import { defineErrors } from './definition.ts';

export const cliErrors = defineErrors({
  'cli.usage': (f: { problem: string; help: string }) => ({
    kind: 'permanent',
    what: 'The command line is not right.',
    why: f.problem,
    next: `See: ${f.help}`,
  }),
  'cli.output-unreadable': (f: { file: string; detail: string }) => ({
    kind: 'permanent',
    what: `The output in ${f.file} cannot be read.`,
    why: f.detail,
    next: 'Check the path, or pipe the output in: some-tool 2>&1 | runyard classify --exit-code 1',
  }),
  'cli.ticket-unreadable': (f: { file: string; detail: string }) => ({
    kind: 'permanent',
    what: `The ticket file ${f.file} cannot be read.`,
    why: f.detail,
    next: 'Check the path. The ticket is a text file (Markdown is fine); "-" reads it from standard input.',
  }),
  'cli.ticket-too-large': (f: { file: string; bytes: number; limit: number }) => ({
    kind: 'permanent',
    what: `The ticket ${f.file} is too large: ${f.bytes} bytes.`,
    why: `A ticket may have at most ${f.limit} bytes of text; a model could not follow more.`,
    next: 'Keep the goal in the ticket and put the material into the repository, where the agent can read it.',
  }),
  'cli.ticket-not-text': (f: { file: string }) => ({
    kind: 'permanent',
    what: `The ticket file ${f.file} is not text.`,
    why: 'It is not valid UTF-8.',
    next: 'Save the ticket as UTF-8 text.',
  }),
  'cli.title-missing': (f: { file: string }) => ({
    kind: 'permanent',
    what: 'The ticket has no title.',
    why: `${f.file} has no first line to take it from.`,
    next: 'Give one: --title "What should be different afterwards"',
  }),
  'cli.title-too-long': (f: { length: number; limit: number }) => ({
    kind: 'permanent',
    what: `The title has ${f.length} characters.`,
    why: `A title may have at most ${f.limit}.`,
    next: 'Shorten it and put the details into a file: --ticket-file ticket.md',
  }),
  'cli.file-not-written': (f: { file: string; detail: string }) => ({
    kind: 'permanent',
    what: `${f.file} was not written.`,
    why: f.detail,
    next: 'Choose another folder; nothing that is there is overwritten.',
  }),
  'cli.control-plane-unreachable': (f: { url: string; detail: string }) => ({
    kind: 'retryable',
    what: `The control plane at ${f.url} does not answer.`,
    why: f.detail,
    next: 'See whether it runs (runyard doctor). Accepted runs are not lost: they resume when a control plane runs again.',
  }),
  'cli.unexpected-answer': (f: { url: string; detail: string }) => ({
    kind: 'permanent',
    what: `The control plane at ${f.url} gave an answer this program does not understand.`,
    why: f.detail,
    next: 'Make sure that server and command line are the same version: runyard version',
  }),
  'cli.token-missing': (f: { file: string; detail: string }) => ({
    kind: 'permanent',
    what: `The API token cannot be read from ${f.file}.`,
    why: f.detail,
    next: 'Use the user and the data folder the server runs with (--data-dir).',
  }),
});
