import { describe, expect, it } from 'vitest';
import { isOtherMachine, isPublicAddress } from './addresses.ts';

describe('addresses an installation may reach', () => {
  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.9.9',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    'localhost',
    '',
  ])('do not include %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['104.16.1.34', '2606:4700::6810:122', '::ffff:104.16.1.34'])('include %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('include the operator’s own network, but never this machine', () => {
    expect(isOtherMachine('10.1.2.3')).toBe(true);
    expect(isOtherMachine('127.0.0.1')).toBe(false);
    expect(isOtherMachine('169.254.169.254')).toBe(false);
  });
});
