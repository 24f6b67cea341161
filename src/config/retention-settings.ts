import { section } from './section.ts';
import { duration, integer } from './setting.ts';

/** How long what runs leave on disk is kept (src/domain/retention.ts). */
export const retentionSettings = section({
  keepMs: duration('24h', {
    description: 'Nothing that was of use in this time is removed, whatever the limits below say.',
  }),
  evidence: retained('the artifacts and the saved work of ended runs, since their end', {
    ageDays: 90,
    count: 10_000,
    sizeMb: 20_000,
  }),
  setAside: retained('workspaces that were set aside because their work could not be saved', {
    ageDays: 90,
    count: 1_000,
    sizeMb: 50_000,
  }),
  mirrors: retained('mirrors of repositories, since their last use', {
    ageDays: 60,
    count: 500,
    sizeMb: 50_000,
  }),
  layers: retained('installed dependencies, baselines and prepared checkouts, since their last use', {
    ageDays: 30,
    count: 200,
    sizeMb: 20_000,
  }),
  logs: retained('files in logs/ of the data folder, since they were written to', {
    ageDays: 30,
    count: 1_000,
    sizeMb: 1_000,
  }),
});

interface RetentionDefaults {
  readonly ageDays: number;
  readonly count: number;
  readonly sizeMb: number;
}

/** What is over any of the three is removed, the oldest first. */
function retained(what: string, { ageDays, count, sizeMb }: RetentionDefaults) {
  return section({
    ageDays: integer({ min: 1, max: 36_500, default: ageDays }, { description: `Days to keep ${what}.` }),
    count: integer(
      { min: 0, max: 10_000_000, default: count },
      { description: `The most to keep: ${what}.` },
    ),
    sizeMb: integer(
      { min: 0, max: 1_000_000_000, default: sizeMb },
      { description: `MB on disk of all: ${what}.` },
    ),
  });
}
