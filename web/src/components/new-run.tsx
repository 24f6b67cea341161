import { useNavigate } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useReading, useRefreshRun } from '../api/queries.ts';
import { send } from '../api/request.ts';
import type { AgentsResponse, RepositoriesResponse, RunResponse } from '../api/types.ts';
import { randomKey } from '../lib/random-key.ts';
import { Button } from './basics.tsx';
import { tellDone } from './toasts.tsx';

interface Props {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly repository?: string | undefined;
}

/** A ticket typed in by hand. What is not asked here comes from the settings of the server. */
export function NewRun({ open, onOpenChange, repository }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[6vh] left-1/2 z-50 max-h-[88vh] w-[38rem] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 overflow-y-auto rounded-xl border border-line bg-panel p-5 shadow-2xl"
        >
          <Dialog.Title className="text-base font-semibold">New run</Dialog.Title>
          <TicketForm repository={repository} onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function TicketForm({ repository, onDone }: { repository?: string | undefined; onDone: () => void }) {
  const known = useReading<RepositoriesResponse>('/api/v1/repositories');
  const agents = useReading<AgentsResponse>('/api/v1/agents');
  const navigate = useNavigate();
  const refresh = useRefreshRun('');
  const [idempotencyKey] = useState(randomKey);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { run } = await send<RunResponse>('POST', '/api/v1/tickets', {
        ...valuesOf(new FormData(event.currentTarget)),
        // A double click makes one run.
        idempotencyKey,
      });
      tellDone('The run was accepted.');
      refresh();
      onDone();
      await navigate({ to: '/runs/$runId', params: { runId: run.id } });
    } catch (failure) {
      setError(failure as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="mt-4 grid gap-3">
      <Field label="Repository" hint="A path on the server, or a URL git understands.">
        <input
          className="field w-full"
          name="repository"
          required
          list="repositories"
          defaultValue={repository}
        />
        <datalist id="repositories">
          {known.data?.repositories.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </Field>
      <Field label="What should be different afterwards">
        <input className="field w-full" name="title" required maxLength={500} />
      </Field>
      <Field label="The rest of the ticket">
        <textarea className="field w-full" name="body" rows={6} />
      </Field>
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label="Plan">
          <select className="field w-full" name="plan" defaultValue="">
            <option value="">As the settings say</option>
            <option value="approve">Wait for approval</option>
            <option value="auto">Go on by itself</option>
            <option value="off">None</option>
          </select>
        </Field>
        <Field label="Priority">
          <select className="field w-full" name="priority" defaultValue="normal">
            {['urgent', 'high', 'normal', 'low'].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
        <Field label="Agent">
          <select className="field w-full" name="agent" defaultValue="">
            <option value="">As the settings say</option>
            {agents.data?.agents
              .filter(({ available }) => available)
              .map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
          </select>
        </Field>
      </div>
      <div role="alert" className="min-h-5 text-sm text-bad">
        {error?.message}
      </div>
      <div className="flex justify-end gap-2">
        <Dialog.Close asChild>
          <Button>Leave it</Button>
        </Dialog.Close>
        <Button look="primary" type="submit" disabled={busy}>
          Start the run
        </Button>
      </div>
    </form>
  );
}

function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <label className="block min-w-0 text-[13px]">
      <span className="mb-1 block font-medium">{label}</span>
      {children}
      {hint !== undefined && <span className="mt-0.5 block text-xs text-muted">{hint}</span>}
    </label>
  );
}

function valuesOf(form: FormData): Record<string, string> {
  return Object.fromEntries(
    [...form.entries()].flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value]] : [],
    ),
  );
}
