import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Moon, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import { findRuns } from '../api/queries.ts';
import { repositoryName } from '../lib/format.ts';
import { useTheme } from '../lib/theme.ts';
import { StateBadge } from './state-badge.tsx';

const OPEN = 'runyard:palette';

export function openPalette(): void {
  document.dispatchEvent(new Event(OPEN));
}

interface Place {
  readonly to: string;
  readonly title: string;
}

/** Ctrl K or ⌘ K: go anywhere, find a run by words of its ticket, its id or its repository. */
export function CommandPalette({ places }: { places: readonly Place[] }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [theme, choose] = useTheme();
  const navigate = useNavigate();
  useEffect(() => listen(setOpen), []);
  const found = useQuery({
    queryKey: ['runs', 'palette', text],
    queryFn: () => findRuns({ text: text.trim(), limit: 8 }),
    enabled: open && text.trim().length > 1,
  });
  const go = (to: string) => {
    setOpen(false);
    setText('');
    void navigate({ to });
  };
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <Command.Dialog
      open={open}
      onOpenChange={setOpen}
      label="Search and commands"
      shouldFilter
      overlayClassName="fixed inset-0 z-40 bg-black/40"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[36rem] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-panel shadow-2xl"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Go to a page, or find a run by ticket, id or repository"
        className="w-full border-b border-line bg-transparent px-4 py-3.5 text-[15px] outline-none placeholder:text-muted"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-2">
        <Command.Empty className="px-3 py-6 text-center text-sm text-muted">
          {found.isFetching ? 'Looking…' : (found.error?.message ?? 'Nothing fits.')}
        </Command.Empty>
        {(found.data?.runs.length ?? 0) > 0 && (
          <Command.Group heading="Runs" className={groupLook}>
            {found.data?.runs.map((run) => (
              <Command.Item
                key={run.id}
                value={`${run.id} ${run.spec.ticket.title} ${run.spec.repository} ${text}`}
                onSelect={() => go(`/runs/${run.id}`)}
                className={itemLook}
              >
                <span className="min-w-0 flex-1 truncate">{run.spec.ticket.title}</span>
                <span className="hidden truncate text-xs text-muted sm:inline">
                  {repositoryName(run.spec.repository)}
                </span>
                <StateBadge run={run} />
              </Command.Item>
            ))}
          </Command.Group>
        )}
        <Command.Group heading="Pages" className={groupLook}>
          {places.map(({ to, title }) => (
            <Command.Item key={to} value={title} onSelect={() => go(to)} className={itemLook}>
              {title}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading="Commands" className={groupLook}>
          <Command.Item
            value={`use ${other} colours theme`}
            onSelect={() => {
              choose(other);
              setOpen(false);
            }}
            className={itemLook}
          >
            {theme === 'dark' ? <Sun size={15} aria-hidden /> : <Moon size={15} aria-hidden />}
            Use {other} colours
          </Command.Item>
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}

const groupLook =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-muted';
const itemLook =
  'flex cursor-pointer items-center gap-2 rounded-md px-2 py-2 text-sm data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent';

function listen(setOpen: (change: (open: boolean) => boolean) => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    setOpen((open) => !open);
  };
  const onOpen = () => setOpen(() => true);
  document.addEventListener('keydown', onKey);
  document.addEventListener(OPEN, onOpen);
  return () => {
    document.removeEventListener('keydown', onKey);
    document.removeEventListener(OPEN, onOpen);
  };
}
