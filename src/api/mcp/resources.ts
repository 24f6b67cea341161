import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { RunyardError } from '../../domain/errors/runyard-error.ts';
import type { McpBackend } from '../client.ts';
import type { DiffResponse, RunDetails } from '../contract.ts';
import { reportUri } from './describe-run.ts';
import { reportData, reportMarkdown } from './report.ts';

const MOST_LISTED = 50;
const MOST_COMPLETED = 20;

/** The report of every run: `runyard://runs/{id}/report`, as Markdown and as JSON. The newest are listed. */
export function registerReports(server: McpServer, backend: McpBackend): void {
  const template = new ResourceTemplate('runyard://runs/{id}/report', {
    list: async () => {
      const { runs } = await backend.read((api) => api.listRuns({ limit: MOST_LISTED }));
      return {
        resources: runs.map(({ id, spec, state }) => ({
          uri: reportUri(id),
          name: `report-${id}`,
          title: `${spec.ticket.title} (${state})`,
          mimeType: 'text/markdown',
        })),
      };
    },
    complete: {
      id: async (start) => {
        const { runs } = await backend.read((api) => api.listRuns({ limit: MOST_LISTED }));
        return runs
          .map(({ id }) => id)
          .filter((id) => id.startsWith(start))
          .slice(0, MOST_COMPLETED);
      },
    },
  });
  const texts = {
    title: 'Report of a run',
    description: 'What was asked for, what was done, what was delivered, figures, and what to do next.',
    mimeType: 'text/markdown',
  };
  server.registerResource('run-report', template, texts, (uri, { id }) =>
    readReport(backend, uri.href, String(id)),
  );
}

async function readReport(backend: McpBackend, uri: string, id: string): Promise<ReadResourceResult> {
  try {
    const details = await backend.read((api) => api.run(id));
    const why = await backend.read((api) => api.why(details.run.id));
    const parts = { details, why, diff: await diffIfAny(backend, details) };
    const now = new Date();
    return {
      contents: [
        { uri, mimeType: 'text/markdown', text: reportMarkdown(parts, now) },
        { uri, mimeType: 'application/json', text: JSON.stringify(reportData(parts, now), null, 2) },
      ],
    };
  } catch (error) {
    if (!(error instanceof RunyardError)) throw error;
    if (error.code === 'run.not-found') throw new ResourceNotFoundError(uri);
    const { code, text } = error;
    throw new ProtocolError(ProtocolErrorCode.InternalError, `${text.what} ${text.why} ${text.next}`, {
      code,
      ...text,
    });
  }
}

/** A run without a change is no error. */
async function diffIfAny(backend: McpBackend, { run, attempts }: RunDetails): Promise<DiffResponse | null> {
  if (!run.delivery && !attempts.some(({ commit }) => commit)) return null;
  try {
    return await backend.read((api) => api.diff(run.id));
  } catch (error) {
    if (error instanceof RunyardError) return null;
    throw error;
  }
}
