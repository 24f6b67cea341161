import type { FileDiffMetadata } from '@pierre/diffs';
import { getFiletypeFromFileName, parsePatchFiles } from '@pierre/diffs';
import { FileDiff } from '@pierre/diffs/react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useAttempts, useDiff } from '../../api/queries.ts';
import type { DiffResponse, RunDetails } from '../../api/types.ts';
import { AttemptChoice } from '../../components/attempt-choice.tsx';
import { Button, Code, Empty } from '../../components/basics.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { bundledLanguages } from '../../lib/diff-languages.ts';
import { countOf } from '../../lib/format.ts';
import type { RunSearch } from '../../lib/run-search.ts';
import { useTheme } from '../../lib/theme.ts';
import { FileTree } from './file-tree.tsx';

type Style = 'split' | 'unified';

/** What the run changed, or one attempt of it. */
export function DiffTab({ details }: { details: RunDetails }) {
  const search: RunSearch = useSearch({ from: '/app/runs/$runId' });
  const attempt = search.attempt ?? null;
  const query = useDiff(details.run.id, attempt);
  const attempts = useAttempts(details.run.id);
  const withDiff = attempts.data?.attempts.filter(({ hasDiff }) => hasDiff).map(({ number }) => number) ?? [];
  return (
    <>
      <AttemptChoice
        runId={details.run.id}
        tab="diff"
        attempts={withDiff}
        current={attempt}
        last={lastWords(details)}
      />
      <Loaded query={query}>
        {(diff) =>
          diff.files.length === 0 ? (
            <Empty title="Nothing was changed yet." />
          ) : (
            <Files diff={diff} chosen={search.file ?? null} runId={details.run.id} />
          )
        }
      </Loaded>
    </>
  );
}

function lastWords({ run }: RunDetails): string {
  if (run.delivery !== null) return 'Delivered';
  return run.waitDetail?.commit ? 'Waits for you' : 'Best so far';
}

function Files({ diff, chosen, runId }: { diff: DiffResponse; chosen: string | null; runId: string }) {
  const [style, setStyle] = useState<Style>(() =>
    matchMedia('(min-width: 64rem)').matches ? 'split' : 'unified',
  );
  const navigate = useNavigate();
  const parsed = useMemo(() => parse(diff.diff), [diff.diff]);
  useEffect(() => {
    if (chosen !== null) document.getElementById(anchorOf(chosen))?.scrollIntoView({ block: 'start' });
  }, [chosen, parsed]);
  const added = diff.files.reduce((sum, file) => sum + (file.added ?? 0), 0);
  const deleted = diff.files.reduce((sum, file) => sum + (file.deleted ?? 0), 0);
  return (
    <div className="grid gap-4 lg:grid-cols-[15rem_minmax(0,1fr)]">
      <aside className="min-w-0 lg:sticky lg:top-4 lg:max-h-[85vh] lg:self-start lg:overflow-y-auto">
        <p className="numbers mb-2 text-xs text-muted">
          {countOf(diff.files.length, 'file')}, <span className="text-good">+{added}</span>{' '}
          <span className="text-bad">−{deleted}</span>
        </p>
        <FileTree
          files={diff.files}
          chosen={chosen}
          onChoose={(file) =>
            void navigate({
              to: '/runs/$runId',
              params: { runId },
              search: (before: RunSearch) => ({ ...before, tab: 'diff' as const, file }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      </aside>
      <div className="min-w-0 space-y-3">
        <div className="flex flex-wrap items-center gap-2 text-xs text-muted">
          {diff.baseCommit !== undefined && diff.commit !== undefined && (
            <span>
              <Code>{diff.baseCommit.slice(0, 10)}</Code> to <Code>{diff.commit.slice(0, 10)}</Code>
            </span>
          )}
          <div role="group" aria-label="Layout" className="ml-auto flex gap-1">
            {(['split', 'unified'] as const).map((name) => (
              <Button
                key={name}
                look={style === name ? 'primary' : 'plain'}
                aria-pressed={style === name}
                onClick={() => setStyle(name)}
              >
                {name === 'split' ? 'Split' : 'Unified'}
              </Button>
            ))}
          </div>
        </div>
        {diff.truncated && (
          <p className="rounded border border-warn/50 bg-warn-soft px-3 py-2 text-[13px] text-warn">
            The change is larger than what is shown. The branch has all of it.
          </p>
        )}
        {parsed === null ? (
          <pre
            tabIndex={0}
            className="overflow-auto rounded border border-line bg-panel p-3 font-mono text-xs"
          >
            {diff.diff}
          </pre>
        ) : (
          parsed.map((file, index) => <OneFile key={`${file.name}:${index}`} file={file} style={style} />)
        )}
      </div>
    </div>
  );
}

const LARGE_LINES = 1_500;

/** A large file is drawn when it is asked for. */
function OneFile({ file, style }: { file: FileDiffMetadata; style: Style }) {
  const lines = file.unifiedLineCount;
  const [open, setOpen] = useState(lines <= LARGE_LINES);
  const [theme] = useTheme();
  return (
    <section
      id={anchorOf(file.name)}
      aria-label={file.name}
      className="scroll-mt-4 overflow-hidden rounded-lg border border-line bg-panel"
    >
      {open ? (
        <FileDiff
          fileDiff={file}
          options={{
            diffStyle: style,
            theme: { light: 'pierre-light', dark: 'pierre-dark' },
            themeType: theme,
            overflow: 'scroll',
          }}
        />
      ) : (
        <div className="flex items-center justify-between gap-3 px-4 py-3 text-[13px]">
          <span className="truncate font-mono">{file.name}</span>
          <Button onClick={() => setOpen(true)}>Show {lines} lines</Button>
        </div>
      )}
    </section>
  );
}

/** null: it is not what the library understands; it is then shown as it came. */
function parse(text: string): FileDiffMetadata[] | null {
  try {
    return parsePatchFiles(text).flatMap(({ files }) => files.map(withKnownLanguage));
  } catch {
    return null;
  }
}

function withKnownLanguage(file: FileDiffMetadata): FileDiffMetadata {
  const isKnown = Object.hasOwn(bundledLanguages, getFiletypeFromFileName(file.name));
  return isKnown ? file : { ...file, lang: 'text' };
}

function anchorOf(file: string): string {
  return `file-${file}`;
}
