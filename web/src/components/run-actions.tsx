import { useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { useMe, useRefreshRun } from '../api/queries.ts';
import { send } from '../api/request.ts';
import type { RollbackResponse, RunResponse, RunView, SalvageResponse } from '../api/types.ts';
import { randomKey } from '../lib/random-key.ts';
import { hasEnded } from '../lib/state-words.ts';
import { Button } from './basics.tsx';
import { Confirm } from './confirm.tsx';
import { tellDone, tellFailed } from './toasts.tsx';

type Action = 'cancel' | 'retry' | 'rollback' | 'salvage';

/** What can be done about a run now. What cannot be done is not offered; the server decides all the same. */
export function actionsFor(
  run: RunView,
  { mayDecide, isUndone }: { mayDecide: boolean; isUndone: boolean },
): Action[] {
  if (!mayDecide) return [];
  if (!hasEnded(run.state)) return ['cancel'];
  return ['retry', ...(run.delivery !== null && !isUndone ? (['rollback'] as const) : []), 'salvage'];
}

const words: Record<Action, { label: string; title: string; text: string; verb: string; danger: boolean }> = {
  cancel: {
    label: 'Cancel…',
    title: 'Cancel this run?',
    text: 'Its agent and all its processes are ended. The work so far is saved first and can be given back.',
    verb: 'Cancel the run',
    danger: true,
  },
  retry: {
    label: 'Run again…',
    title: 'Run this ticket again?',
    text: 'A new run starts from the same ticket, repository and settings. This one stays as it is.',
    verb: 'Start a new run',
    danger: false,
  },
  rollback: {
    label: 'Roll back…',
    title: 'Undo what this run delivered?',
    text: 'A commit that reverts the change is made on the branch. History is kept, and this can be reverted too.',
    verb: 'Roll back',
    danger: true,
  },
  salvage: {
    label: 'Give saved work back…',
    title: 'Give the saved work back?',
    text: 'The newest saved state becomes a branch of the repository, if it is on this machine. Nothing else changes.',
    verb: 'Make the branch',
    danger: false,
  },
};

/** Buttons on the page of a run, a menu in a list. */
export function RunActions({
  run,
  isUndone = false,
  asMenu = false,
}: {
  run: RunView;
  isUndone?: boolean;
  asMenu?: boolean;
}) {
  const me = useMe();
  const navigate = useNavigate();
  const refresh = useRefreshRun(run.id);
  const [asked, setAsked] = useState<Action | null>(null);
  // One key a question: whatever is clicked or repeated makes one run.
  const [key, setKey] = useState(randomKey);
  const ask = (action: Action) => {
    setKey(randomKey());
    setAsked(action);
  };
  const actions = actionsFor(run, {
    mayDecide: me.data !== undefined && me.data.role !== 'viewer',
    isUndone,
  });
  const act = async (action: Action) => {
    try {
      const started = await perform(action, run, key);
      tellDone(started.told);
      refresh();
      if (started.runId !== null) await navigate({ to: '/runs/$runId', params: { runId: started.runId } });
    } catch (error) {
      tellFailed(error);
    }
  };
  return (
    <>
      {asMenu ? (
        <ActionMenu run={run} actions={actions} onAsk={ask} />
      ) : (
        actions.map((action) => (
          <Button key={action} look={words[action].danger ? 'danger' : 'plain'} onClick={() => ask(action)}>
            {words[action].label}
          </Button>
        ))
      )}
      {asked !== null && (
        <Confirm
          open
          onOpenChange={(open) => {
            if (!open) setAsked(null);
          }}
          title={words[asked].title}
          verb={words[asked].verb}
          danger={words[asked].danger}
          onConfirm={() => act(asked)}
        >
          <p>{words[asked].text}</p>
          <p className="text-ink">{run.spec.ticket.title}</p>
        </Confirm>
      )}
    </>
  );
}

function ActionMenu({
  run,
  actions,
  onAsk,
}: {
  run: RunView;
  actions: Action[];
  onAsk: (action: Action) => void;
}) {
  const navigate = useNavigate();
  const item =
    'flex cursor-pointer rounded px-2.5 py-1.5 text-[13px] outline-none data-[highlighted]:bg-raised';
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" aria-label={`Actions for ${run.spec.ticket.title}`} className="px-1.5! py-0.5!">
          <Ellipsis size={16} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          className="z-40 min-w-44 rounded-lg border border-line bg-panel p-1 shadow-xl"
        >
          <DropdownMenu.Item
            className={item}
            onSelect={() => void navigate({ to: '/runs/$runId', params: { runId: run.id }, hash: 'why' })}
          >
            Why it stands here
          </DropdownMenu.Item>
          {actions.map((action) => (
            <DropdownMenu.Item
              key={action}
              className={`${item} ${words[action].danger ? 'text-bad' : ''}`}
              onSelect={() => onAsk(action)}
            >
              {words[action].label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

async function perform(
  action: Action,
  run: RunView,
  idempotencyKey: string,
): Promise<{ told: string; runId: string | null }> {
  const path = `/api/v1/runs/${run.id}`;
  if (action === 'cancel') {
    await send<RunResponse>('POST', `${path}/cancel`, { reason: 'cancelled in the dashboard' });
    return { told: 'The run is being cancelled; its work is saved first.', runId: null };
  }
  if (action === 'retry') {
    const { run: made } = await send<RunResponse>('POST', `${path}/retry`, { idempotencyKey });
    return { told: 'A new run was accepted.', runId: made.id };
  }
  if (action === 'rollback') {
    const done = await send<RollbackResponse>('POST', `${path}/rollback`, { mode: 'revert' });
    return { told: `Rolled back on ${done.branch}.`, runId: null };
  }
  const { branch } = await send<SalvageResponse>('POST', `${path}/salvage`, {});
  return { told: `The saved work is on ${branch}.`, runId: null };
}
