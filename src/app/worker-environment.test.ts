import { describe, expect, it } from 'vitest';
import { workerEnvironment } from './worker-environment.ts';

describe('workerEnvironment', () => {
  it('M4: keeps what git needs and drops every key', () => {
    const host = {
      HOME: '/home/u',
      PATH: '/usr/bin',
      SSH_AUTH_SOCK: '/run/agent',
      ANTHROPIC_API_KEY: 'sk-ant-1',
      OUR_GATE: 'secret',
      GITHUB_TOKEN: 'ghp_1',
      RUNYARD_DATABASE_URL: 'postgres://u:p@h/d',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    };
    expect(workerEnvironment(host, ['OUR_GATE'])).toEqual({
      HOME: '/home/u',
      PATH: '/usr/bin',
      SSH_AUTH_SOCK: '/run/agent',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    });
  });
});
