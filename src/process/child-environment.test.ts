import { describe, expect, it } from 'vitest';
import { childEnvironment, userPath } from './child-environment.ts';

const ownRoot = '/opt/runyard';

describe('childEnvironment', () => {
  it('takes over an allow-list and nothing else', () => {
    const host = {
      ANTHROPIC_API_KEY: 'sk-ant-0123456789abcdef',
      RUNYARD_TOKEN: 'token',
      SSH_AUTH_SOCK: '/tmp/agent',
      NO_COLOR: '1',
      CI: 'true',
      NODE_OPTIONS: '--require /x',
      LANG: 'de_DE.UTF-8',
      LC_ALL: 'C',
      TZ: 'Europe/Berlin',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
      PATH: '/usr/bin',
      HOME: '/nonexistent/home',
      TERM: 'xterm-256color',
    };
    expect(childEnvironment(host, { home: '/data/home', ownRoot })).toEqual({
      LANG: 'de_DE.UTF-8',
      LC_ALL: 'C',
      TZ: 'Europe/Berlin',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
      PATH: '/usr/bin',
      HOME: '/data/home',
      TERM: 'dumb',
    });
  });

  it('keeps where packages come from, unless a password is in it', () => {
    const host = {
      npm_config_registry: 'https://registry.example/',
      PIP_INDEX_URL: 'https://me:secret@pypi.example/simple',
      'npm_config_//registry.example/:_authToken': 'secret',
      npm_config_user_agent: 'npm/11',
    };
    const env = childEnvironment(host, { home: '/h', ownRoot });
    expect(env).toEqual({
      npm_config_registry: 'https://registry.example/',
      PATH: expect.any(String),
      HOME: '/h',
      TERM: 'dumb',
    });
  });

  it('adds what it is asked to, last', () => {
    const env = childEnvironment(
      { TZ: 'UTC' },
      { home: '/h', ownRoot, extra: { CI: 'true', TZ: 'Asia/Tokyo' } },
    );
    expect(env).toMatchObject({ CI: 'true', TZ: 'Asia/Tokyo' });
  });
});

describe('userPath', () => {
  it("loses what npm scripts add for Runyard's own packages, so the user's own node is found", () => {
    const npm =
      '/opt/runyard/node_modules/.bin:/opt/node_modules/.bin:/usr/lib/node_modules/npm/bin/node-gyp-bin';
    const path = `/opt/runyard/node_modules/node/bin:${npm}:/home/me/.nvm/versions/node/v22/bin:/usr/bin`;
    expect(userPath(path, ownRoot)).toBe(
      '/opt/node_modules/.bin:/home/me/.nvm/versions/node/v22/bin:/usr/bin',
    );
  });

  it('also when Runyard is installed as a package of a project', () => {
    const path = '/app/node_modules/.bin:/app/node_modules/node/bin:/usr/bin';
    expect(userPath(path, '/app/node_modules/runyard/')).toBe('/usr/bin');
  });

  it('has no relative entries and no doubles, and is never empty', () => {
    expect(userPath('.:bin::/usr/bin:/usr/bin', ownRoot)).toBe('/usr/bin');
    expect(userPath(undefined, ownRoot)).toContain('/usr/bin');
  });
});
