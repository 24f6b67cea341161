import type { ReactElement } from 'react';
import { useState } from 'react';
import { useReading } from '../api/queries.ts';
import type { SettingsResponse } from '../api/types.ts';
import { Code, Empty, Panel } from '../components/basics.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHead } from '../components/page-head.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { TableHeads } from '../components/table-heads.tsx';

export function SettingsPage(): ReactElement {
  const query = useReading<SettingsResponse>('/api/v1/settings');
  return (
    <>
      <PageHead title="Settings">
        What this node runs with and where each value came from. They are changed in files and variables, not
        here.
      </PageHead>
      <Loaded query={query} lines={12}>
        {(settings) => <Content settings={settings} />}
      </Loaded>
    </>
  );
}

function Content({ settings: { settings, files, warnings } }: { settings: SettingsResponse }) {
  const [text, setText] = useState('');
  const [onlySet, setOnlySet] = useState(false);
  const wanted = text.trim().toLowerCase();
  const shown = settings.filter(
    ({ setting, description, source }) =>
      (!onlySet || source !== 'default') && `${setting} ${description}`.toLowerCase().includes(wanted),
  );
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-3 text-[13px]" role="search">
        <input
          className="field w-full sm:w-72"
          type="search"
          aria-label="Find a setting"
          placeholder="Find a setting"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={onlySet} onChange={(event) => setOnlySet(event.target.checked)} />
          Only those that were set
        </label>
        <span className="text-xs text-muted">
          {files.length === 0 ? (
            'No file was read.'
          ) : (
            <>
              Read:{' '}
              {files.map((file) => (
                <Code key={file}>{file}</Code>
              ))}
            </>
          )}
        </span>
      </div>
      {warnings.map((warning) => (
        <p
          key={warning}
          className="rounded-lg border border-warn/50 bg-warn-soft px-4 py-2.5 text-[13px] text-warn"
        >
          {warning}
        </p>
      ))}
      <Panel flush>
        {shown.length === 0 ? (
          <Empty title="No setting fits." />
        ) : (
          <ScrollX>
            <table className="rows w-full text-[13px] max-sm:[&_td]:block max-sm:[&_td]:py-1 max-sm:[&_thead]:sr-only">
              <TableHeads heads={['Setting', 'Value', 'From']} />
              <tbody>
                {shown.map(({ setting, value, source, description, secret }) => (
                  <tr key={setting}>
                    <td className="min-w-48">
                      <span className="font-mono text-xs font-medium">{setting}</span>
                      <span className="block text-xs text-muted">{description}</span>
                    </td>
                    <td className="font-mono text-xs sm:max-w-80">
                      {value === null || value === undefined
                        ? 'not set'
                        : secret
                          ? '••••••'
                          : JSON.stringify(value)}
                    </td>
                    <td className={`text-xs ${source === 'default' ? 'text-muted' : ''}`}>{source}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </Panel>
    </div>
  );
}
