import { FileCheck2 } from 'lucide-react';
import type { RunDetails } from '../../api/types.ts';
import { Time } from '../../components/basics.tsx';
import { CopyButton } from '../../components/copy-button.tsx';

const notes = {
  attached: 'attached to the commit as a git note',
  pending: 'being attached to the commit',
  failed: 'stored here; it could not be attached to the commit',
  none: 'stored here',
} as const;

/** What was signed of the delivered commit, and how others check it. */
export function ReceiptPanel({ details: { run, receipt } }: { details: RunDetails }) {
  if (receipt === null) return null;
  const command = `runyard verify-receipt ${run.id}`;
  return (
    <section
      aria-label="Receipt"
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-panel px-4 py-2.5 text-[13px]"
    >
      <span className="flex items-center gap-1.5 font-medium">
        <FileCheck2 size={14} aria-hidden /> Signed receipt
      </span>
      <span className="text-muted">
        {notes[receipt.note]} · <Time at={receipt.at} />
      </span>
      <span className="text-muted">
        key{' '}
        <span className="font-mono text-xs" title={receipt.keyId}>
          {receipt.keyId.slice(0, 16)}
        </span>
      </span>
      <span className="flex items-center gap-1 font-mono text-xs">
        {command}
        <CopyButton text={command} label="Copy the command that checks it" />
      </span>
      <a href={`/api/v1/runs/${encodeURIComponent(run.id)}/receipt`} className="text-accent hover:underline">
        Show it
      </a>
    </section>
  );
}
