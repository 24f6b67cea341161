import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import {
  Activity,
  Bot,
  CircleGauge,
  FolderGit2,
  GraduationCap,
  ListOrdered,
  Menu,
  Moon,
  Search,
  Server,
  Settings2,
  ShieldCheck,
  Sun,
  X,
} from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { useConnection } from '../api/live.ts';
import { type Me, useMe, useOverview } from '../api/queries.ts';
import { useTheme } from '../lib/theme.ts';
import { AccountMenu } from './account-menu.tsx';
import { Badge, Button } from './basics.tsx';
import { CommandPalette, openPalette } from './command-palette.tsx';
import { Toasts } from './toasts.tsx';

const places = [
  { to: '/', title: 'Overview', icon: CircleGauge },
  { to: '/runs', title: 'Runs', icon: Activity },
  { to: '/queue', title: 'Queue', icon: ListOrdered },
  { to: '/repositories', title: 'Repositories', icon: FolderGit2 },
  { to: '/lessons', title: 'Lessons', icon: GraduationCap },
  { to: '/agents', title: 'Agents and providers', icon: Bot },
  { to: '/nodes', title: 'Nodes', icon: Server },
  { to: '/audit', title: 'Audit', icon: ShieldCheck, admin: true },
  { to: '/settings', title: 'Settings', icon: Settings2, admin: true },
] as const;

/** What stays while pages change: where one can go, whether what is shown is live, and who is signed in. */
export function Shell(): ReactElement {
  const me = useMe();
  const connection = useConnection();
  const [menuOpen, setMenuOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => setMenuOpen(false), [path]);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[14.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-panel md:flex">
        <Brand />
        <Places me={me.data} />
        <Foot />
      </aside>
      <div className="min-w-0">
        <header className="sticky top-0 z-20 flex items-center gap-2 border-b border-line bg-panel px-3 py-2 md:hidden">
          <Dialog.Root open={menuOpen} onOpenChange={setMenuOpen}>
            <Dialog.Trigger asChild>
              <Button look="quiet" aria-label="Menu">
                <Menu size={18} aria-hidden />
              </Button>
            </Dialog.Trigger>
            <Dialog.Portal>
              <Dialog.Overlay className="fixed inset-0 z-30 bg-black/40" />
              <Dialog.Content
                aria-describedby={undefined}
                className="fixed inset-y-0 left-0 z-40 flex w-64 flex-col border-r border-line bg-panel"
              >
                <div className="flex items-center justify-between pr-2">
                  <Dialog.Title asChild>
                    <div>
                      <Brand />
                    </div>
                  </Dialog.Title>
                  <Dialog.Close asChild>
                    <Button look="quiet" aria-label="Close the menu">
                      <X size={18} aria-hidden />
                    </Button>
                  </Dialog.Close>
                </div>
                <Places me={me.data} />
                <Foot />
              </Dialog.Content>
            </Dialog.Portal>
          </Dialog.Root>
          <Brand />
          <span className="ml-auto">{connection === 'lost' && <Badge tone="warn">Reconnecting</Badge>}</span>
          <Button look="quiet" aria-label="Search and commands" onClick={openPalette}>
            <Search size={18} aria-hidden />
          </Button>
        </header>
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto max-w-[96rem] px-3 py-4 outline-none sm:px-6 sm:py-5"
        >
          <Outlet />
        </main>
      </div>
      <CommandPalette places={places} />
      <Toasts />
    </div>
  );
}

function Brand() {
  return (
    <Link to="/" className="flex items-center gap-2 px-3 py-3 text-[15px] font-semibold tracking-tight">
      <img src="/icon.svg" alt="" width={22} height={22} />
      Runyard
    </Link>
  );
}

function Places({ me }: { me: Me | undefined }) {
  const overview = useOverview();
  const needsYou = overview.data?.needsYou.length ?? 0;
  return (
    <nav aria-label="Pages" className="flex-1 space-y-0.5 overflow-y-auto px-2">
      <button
        type="button"
        onClick={openPalette}
        className="mb-2 hidden w-full items-center gap-2 rounded-md border border-line px-2.5 py-1.5 text-[13px] text-muted hover:bg-raised md:flex"
      >
        <Search size={14} aria-hidden />
        Search
        <kbd className="ml-auto rounded border border-line px-1 font-sans text-2xs">Ctrl K</kbd>
      </button>
      {places
        .filter((place) => !('admin' in place) || me?.role === 'admin')
        .map(({ to, title, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/' }}
            className="flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-[13px] text-muted hover:bg-raised hover:text-ink"
            activeProps={{ className: 'bg-accent-soft! text-accent! font-medium', 'aria-current': 'page' }}
          >
            <Icon size={16} aria-hidden />
            <span>{title}</span>
            {to === '/' && needsYou > 0 && (
              <span
                className="numbers ml-auto rounded-full bg-warn-soft px-1.5 text-2xs leading-5 font-semibold text-warn"
                title={`${needsYou} need you`}
              >
                {needsYou}
              </span>
            )}
          </Link>
        ))}
    </nav>
  );
}

const connections = {
  live: { dot: 'bg-good', words: 'Live' },
  connecting: { dot: 'bg-muted', words: 'Connecting' },
  lost: { dot: 'bg-warn animate-pulse', words: 'Reconnecting' },
};

function Foot() {
  const [theme, choose] = useTheme();
  const { dot, words } = connections[useConnection()];
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <div className="space-y-1 border-t border-line p-2">
      <div className="flex items-center justify-between px-1 text-xs text-muted">
        <span role="status" className="flex items-center gap-2">
          <span className={`size-2 rounded-full ${dot}`} />
          {words}
        </span>
        <Button look="quiet" aria-label={`Use ${other} colours`} onClick={() => choose(other)}>
          {theme === 'dark' ? <Sun size={15} aria-hidden /> : <Moon size={15} aria-hidden />}
        </Button>
      </div>
      <AccountMenu />
    </div>
  );
}
