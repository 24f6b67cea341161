import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useMe } from '../api/queries.ts';
import { get, send } from '../api/request.ts';
import type { ForgetLessonResponse, LessonView, ListLessonsResponse } from '../api/types.ts';
import { Badge, Button, Empty, Time } from '../components/basics.tsx';
import { Confirm } from '../components/confirm.tsx';
import { FilterFields } from '../components/filter-fields.tsx';
import { OlderPages } from '../components/older-pages.tsx';
import { PageHead } from '../components/page-head.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { TableHeads } from '../components/table-heads.tsx';
import { tellDone, tellFailed } from '../components/toasts.tsx';
import { count, percent, repositoryName } from '../lib/format.ts';

const fields = [
  { name: 'q', label: 'Words of the problem', placeholder: 'Words, such as formatDate' },
  { name: 'category', label: 'Only this category', placeholder: 'Category (type_error)' },
  { name: 'repository', label: 'Only this repository', placeholder: 'Repository, path or URL' },
] as const;

export function LessonsPage(): ReactElement {
  const [filter, setFilter] = useState({ q: '', category: '', repository: '' });
  const query = useInfiniteQuery({
    queryKey: ['lessons', filter],
    queryFn: ({ pageParam }) =>
      get<ListLessonsResponse>('/api/v1/lessons', { ...filter, before: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const narrowed = Object.values(filter).some((value) => value !== '');
  return (
    <>
      <PageHead title="Lessons">
        What failed, what mended it, and how often that helped the attempts that were told. Runs add to it by
        themselves.
      </PageHead>
      <FilterFields fields={fields} filter={filter} onChange={setFilter} />
      <OlderPages query={query}>
        {(pages) => {
          const lessons = pages.flatMap((page) => page.lessons);
          return lessons.length === 0 ? <None narrowed={narrowed} /> : <Lessons lessons={lessons} />;
        }}
      </OlderPages>
    </>
  );
}

function None({ narrowed }: { narrowed: boolean }) {
  if (narrowed) return <Empty title="No lesson fits." />;
  return (
    <Empty title="No lessons yet.">
      A run teaches one when an attempt fails its checks and a later attempt passes.
    </Empty>
  );
}

function Lessons({ lessons }: { lessons: readonly LessonView[] }) {
  return (
    <ScrollX>
      <table className="rows w-full text-[13px]">
        <TableHeads
          heads={[
            'Problem',
            ['Mended by', 'max-sm:hidden'],
            ['Mended', 'number'],
            ['Helped', 'number'],
            ['Repository', 'max-lg:hidden'],
            ['Last seen', 'number max-sm:hidden'],
          ]}
        />
        <tbody>
          {lessons.map((lesson) => (
            <tr key={lesson.id} className="align-top">
              <td className="min-w-52 max-w-2xl">
                <Problem lesson={lesson} />
              </td>
              <td className="text-xs max-sm:hidden">{lesson.remedy?.actions.join(', ') ?? 'not known'}</td>
              <td className="number">
                {count(lesson.mendedRuns)} / {count(lesson.mendedRuns + lesson.openRuns)}
              </td>
              <td className="number">
                {lesson.successRate === null ? '–' : percent(lesson.successRate)}
                <span className="block text-2xs text-muted">told {count(lesson.offered)}×</span>
              </td>
              <td className="text-xs text-muted max-lg:hidden">
                {lesson.repository === null ? 'all' : repositoryName(lesson.repository)}
              </td>
              <td className="number text-muted max-sm:hidden">
                <Time at={lesson.lastSeenAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Problem({ lesson }: { lesson: LessonView }) {
  return (
    <details>
      <summary className="cursor-pointer">
        <Badge tone="quiet">{lesson.category}</Badge> <span className="break-words">{lesson.message}</span>
      </summary>
      <Details lesson={lesson} />
    </details>
  );
}

function Details({ lesson }: { lesson: LessonView }) {
  const { remedy, didNotHelp, tool, symbol, runs } = lesson;
  return (
    <div className="mt-2 space-y-2 text-xs text-muted">
      <p>
        {tool !== null && <>Found by {tool}. </>}
        {symbol !== null && (
          <>
            Name: <span className="font-mono">{symbol}</span>.{' '}
          </>
        )}
        {remedy !== null && remedy.files.length > 0 && <>Changed: {remedy.files.join(', ')}.</>}
      </p>
      {remedy?.hunks.map((hunk) => (
        <Hunk key={`${hunk.file}\n${hunk.text}`} {...hunk} />
      ))}
      {didNotHelp.length > 0 && (
        <p>Did not help: {didNotHelp.map(({ action, times }) => `${action} (${times}×)`).join(', ')}.</p>
      )}
      <p>
        Learned from{' '}
        {runs.slice(-3).map((run) => (
          <Link
            key={run}
            to="/runs/$runId"
            params={{ runId: run }}
            className="mr-2 font-mono text-accent hover:underline"
          >
            {run}
          </Link>
        ))}
      </p>
      <Forget lesson={lesson} />
    </div>
  );
}

function Hunk({ file, text }: { file: string; text: string }) {
  let at = 0;
  return (
    <figure className="min-w-0">
      <figcaption className="font-mono text-2xs">{file}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre
        tabIndex={0}
        className="max-w-full overflow-x-auto rounded border border-line bg-raised p-2 text-2xs text-ink"
      >
        {text.split('\n').map((line) => {
          at += 1;
          return (
            <span key={at} className={`block ${toneOf(line)}`}>
              {line || ' '}
            </span>
          );
        })}
      </pre>
    </figure>
  );
}

function toneOf(line: string): string {
  return line.startsWith('+') ? 'text-good' : line.startsWith('-') ? 'text-bad' : '';
}

function Forget({ lesson }: { lesson: LessonView }) {
  const me = useMe();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  if (me.data === undefined || me.data.role === 'viewer') return null;
  const forget = async () => {
    try {
      await send<ForgetLessonResponse>('DELETE', `/api/v1/lessons/${encodeURIComponent(lesson.id)}`);
      tellDone('The lesson was forgotten.');
      await client.invalidateQueries({ queryKey: ['lessons'] });
    } catch (error) {
      tellFailed(error);
    }
  };
  return (
    <>
      <Button look="danger" onClick={() => setAsked(true)}>
        Forget…
      </Button>
      <Confirm
        open={asked}
        onOpenChange={setAsked}
        title="Forget this lesson?"
        verb="Forget it"
        danger
        onConfirm={forget}
      >
        <p>
          No attempt is told of it any more, and it cannot be brought back; later runs may teach it again.
        </p>
        <p className="text-ink">{lesson.message}</p>
      </Confirm>
    </>
  );
}
