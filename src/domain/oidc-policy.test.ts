import { describe, expect, it } from 'vitest';
import { decideOidc, mergeClaims, type OidcPolicy } from './oidc-policy.ts';

const policy: OidcPolicy = {
  allowedDomains: ['example.com'],
  allowedEmails: ['guest@elsewhere.org'],
  roleClaim: 'groups',
  roles: { admin: ['ops'], operator: ['dev', 'qa'] },
  defaultRole: 'viewer',
};
const anna = { sub: '1', email: 'Anna@Example.com', email_verified: true };

describe('O8: whom an OpenID provider lets in', () => {
  it('an address of an allowed domain, with the role for everybody', () => {
    expect(decideOidc(anna, policy)).toEqual({ kind: 'in', name: 'anna@example.com', role: 'viewer' });
  });

  it('an allowed address', () => {
    const guest = { ...anna, email: 'guest@elsewhere.org' };
    expect(decideOidc(guest, policy).kind).toBe('in');
  });

  it('the strongest role of the claim counts, whether it is one value or a list', () => {
    expect(decideOidc({ ...anna, groups: ['dev', 'ops'] }, policy)).toMatchObject({ role: 'admin' });
    expect(decideOidc({ ...anna, groups: 'qa' }, policy)).toMatchObject({ role: 'operator' });
  });

  it.each([
    ['an address that the provider has not verified', { ...anna, email_verified: false }],
    ['an address of which it does not say so', { sub: '1', email: 'anna@example.com' }],
    ['no address', { sub: '1', groups: ['ops'] }],
    ['an address of another domain', { ...anna, email: 'anna@example.com.evil.org' }],
    ['a domain that only ends like an allowed one', { ...anna, email: 'anna@notexample.com' }],
    ['a name that holds an allowed address', { ...anna, email: 'anna@example.com@evil.org' }],
  ])('not %s', (_name, claims) => {
    expect(decideOidc(claims, policy).kind).toBe('out');
  });

  it('nobody without a role where no address is allowed, whatever the role for everybody', () => {
    const byRole = { ...policy, allowedDomains: [], allowedEmails: [] };
    expect(decideOidc(anna, byRole).kind).toBe('out');
    expect(decideOidc({ sub: '1', name: 'Ben', groups: ['dev'] }, byRole)).toEqual({
      kind: 'in',
      name: 'Ben (not verified, subject 1)',
      role: 'operator',
    });
  });

  it('nobody without a role where there is none for everybody', () => {
    expect(decideOidc(anna, { ...policy, defaultRole: null }).kind).toBe('out');
  });

  it('never under an address that nobody has verified, only beside the name that the provider gives', () => {
    const byRole = { ...policy, allowedDomains: [], allowedEmails: [] };
    const mallory = { sub: 'u42', email: 'cto@corp.example', groups: ['dev'] };
    for (const claims of [mallory, { ...mallory, email_verified: false }])
      expect(decideOidc(claims, byRole)).toMatchObject({
        name: 'cto@corp.example (not verified, subject u42)',
      });
    expect(decideOidc({ ...mallory, email_verified: true }, byRole)).toMatchObject({ name: mallory.email });
    expect(decideOidc({ sub: 'u42', groups: ['dev'] }, byRole)).toMatchObject({ name: 'u42' });
  });

  it('takes no word about one address for another one', () => {
    const asked = { sub: '1', email: 'mallory@evil.org', email_verified: true, groups: ['dev'] };
    expect(mergeClaims({ sub: '1', email: 'anna@example.com' }, asked)).toEqual({
      sub: '1',
      email: 'anna@example.com',
      email_verified: undefined,
      groups: ['dev'],
    });
    expect(mergeClaims({ sub: '1', email_verified: true }, { email: 'anna@example.com' })).toEqual({
      sub: '1',
      email: 'anna@example.com',
    });
  });
});
