import { describe, expect, it } from 'vitest';
import { type Inspect, type MountRequest, planMounts } from './sandbox-mounts.ts';

const links: Record<string, string> = { '/var/run': '/run', '/home/me/project': '/work/project' };
const absent = new Set(['/gone']);
const inspect: Inspect = (path) =>
  absent.has(path) ? null : { real: links[path] ?? path, isFolder: !path.endsWith('.txt') };

function plan(...requests: [MountRequest['kind'], string][]): string[] {
  const mounts = planMounts(
    requests.map(([kind, path]) => ({ kind, path })),
    inspect,
  );
  return mounts.map(({ kind, at, source }) =>
    at === source ? `${kind} ${at}` : `${kind} ${at} from ${source}`,
  );
}

describe('planMounts', () => {
  it('puts parents first, so that the more specific path wins', () => {
    expect(plan(['writable', '/data/ws/1'], ['masked', '/data/ws/1/host.git'], ['masked', '/data'])).toEqual([
      'masked /data',
      'writable /data/ws/1',
      'masked /data/ws/1/host.git',
    ]);
  });

  it('at one path writable beats readable beats masked, whatever the order', () => {
    expect(plan(['writable', '/a'], ['masked', '/a'], ['readable', '/b'], ['masked', '/b'])).toEqual([
      'writable /a',
      'readable /b',
    ]);
  });

  it('leaves out what is not there, and never touches the root', () => {
    expect(plan(['masked', '/gone'], ['masked', '/'], ['readable', '/'])).toEqual([]);
  });

  it('follows links, and takes two names of one place as one', () => {
    expect(plan(['masked', '/run'], ['masked', '/var/run'])).toEqual(['masked /run']);
  });

  it('binds a path behind a hidden link at both of its names', () => {
    expect(plan(['masked', '/home'], ['writable', '/home/me/project'])).toEqual([
      'masked /home',
      'writable /work/project',
      'writable /home/me/project from /work/project',
    ]);
  });
});
