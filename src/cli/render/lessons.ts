import type { LessonView, ListLessonsResponse } from '../../api/contract.ts';
import { clean, oneLine } from '../clean.ts';
import type { RenderOptions } from '../print-answer.ts';
import { factWidth, renderFacts } from './facts.ts';
import { percent, plural, spanOf } from './figures.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';
import { asCalled } from './next-commands.ts';

interface ListOptions extends RenderOptions {
  /** Whether only some lessons were asked for. */
  readonly narrowed: boolean;
}

export function renderLessons({ lessons }: ListLessonsResponse, options: ListOptions): string {
  const { terminal, program, flags, now, narrowed } = options;
  const [first] = lessons;
  if (!first) {
    return narrowed
      ? `No lesson fits. All of them: ${asCalled(`runyard kb list${flags}`, program)}`
      : 'No lessons yet. Runs add them by themselves: when an attempt fails its checks and a later one of the same run passes.';
  }
  const { green, yellow, dim } = terminal.style;
  const columns: readonly FittingColumn<LessonView>[] = [
    { name: 'ID', cell: ({ id }) => id },
    { name: 'CATEGORY', cell: ({ category }) => category },
    { name: 'PROBLEM', cell: ({ message }) => message, cut: 'end' },
    {
      name: 'MENDED BY',
      cell: ({ remedy }) => remedy?.actions.join(', ') ?? 'not known',
      cut: 'end',
      optional: true,
    },
    {
      name: 'RUNS',
      cell: ({ mendedRuns, openRuns }) => `${mendedRuns}/${mendedRuns + openRuns}`,
      right: true,
    },
    {
      name: 'HELPED',
      cell: ({ helped, didNot, successRate }) =>
        successRate === null ? '-' : `${percent(successRate)} of ${helped + didNot}`,
      paint: ({ successRate }) => (successRate === null ? dim : successRate >= 0.5 ? green : yellow),
      right: true,
    },
    { name: 'SEEN', cell: ({ lastSeenAt }) => `${spanOf(lastSeenAt, now.getTime())} ago`, optional: true },
    { name: 'REPOSITORY', cell: ({ repository }) => repository ?? 'all', cut: 'start', optional: true },
  ];
  const more = asCalled(`runyard kb show ${clean(first.id)}${flags}`, program);
  return [
    renderFittingTable(columns, lessons, terminal),
    '',
    dim(
      'RUNS: in how many it was mended. HELPED: of the attempts that were told, in how many the problem was then gone.',
    ),
    dim('One with what mended it:'),
    `  ${more}`,
  ].join('\n');
}

export function renderLesson(lesson: LessonView, { terminal, now }: RenderOptions): string {
  const { style, columns } = terminal;
  const width = factWidth(columns);
  const { remedy, didNotHelp, mendedRuns, openRuns, offered, helped, didNot, successRate } = lesson;
  const told = `told to ${plural(offered, 'attempt')}; of ${helped + didNot} that were judged, the problem was gone in ${helped}`;
  const facts = renderFacts(
    [
      ['Lesson', [lesson.id]],
      ['Problem', [oneLine(lesson.message, Math.max(width, lesson.message.length))]],
      [
        'Category',
        [lesson.symbol === null ? lesson.category : `${lesson.category} (${oneLine(lesson.symbol, width)})`],
      ],
      ['Found by', lesson.tool === null ? [] : [oneLine(lesson.tool, width)]],
      ['Scope', [lesson.repository === null ? 'all repositories' : oneLine(lesson.repository, width)]],
      ['Mended by', [remedy?.actions.join(', ') ?? 'not known']],
      ['In', remedy?.files.map((file) => oneLine(file, width)) ?? []],
      ['No help', didNotHelp.map(({ action, times }) => `${action} (${times}x)`)],
      ['Runs', [`mended in ${mendedRuns}, not in ${openRuns}`, ...lesson.runs.slice(-5)]],
      ['Helped', [`${told}${successRate === null ? '' : ` (${percent(successRate)})`}`]],
      [
        'Seen',
        [
          `first ${spanOf(lesson.firstSeenAt, now.getTime())} ago, last ${spanOf(lesson.lastSeenAt, now.getTime())} ago`,
        ],
      ],
    ],
    style,
  );
  const hunks = (remedy?.hunks ?? []).map(
    ({ file, text }) =>
      `${style.bold(oneLine(file, width))}\n${text
        .split('\n')
        .map((line) => hunkLine(line, style))
        .join('\n')}`,
  );
  return [facts, ...hunks].join('\n\n');
}

function hunkLine(line: string, { green, red }: RenderOptions['terminal']['style']): string {
  const shown = `  ${clean(line)}`;
  return line.startsWith('+') ? green(shown) : line.startsWith('-') ? red(shown) : shown;
}
