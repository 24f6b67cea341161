import { BlockList, isIP } from 'node:net';

/** Addresses that are not the public internet: this machine, its neighbours, and what names must never lead to. */
const NOT_PUBLIC = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  NOT_PUBLIC.addSubnet(address, bits, 'ipv4');
}
NOT_PUBLIC.addAddress('::', 'ipv6');
NOT_PUBLIC.addAddress('::1', 'ipv6');
for (const [address, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96],
] as const) {
  NOT_PUBLIC.addSubnet(address, bits, 'ipv6');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addSubnet('0.0.0.0', 8, 'ipv4');
LOOPBACK.addSubnet('169.254.0.0', 16, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
LOOPBACK.addAddress('::', 'ipv6');
LOOPBACK.addSubnet('fe80::', 10, 'ipv6');

export function isPublicAddress(address: string): boolean {
  return isOutside(NOT_PUBLIC, address);
}

/** Whether an address is at least not this machine and no link-local metadata service: what an operator may open a host for. */
export function isOtherMachine(address: string): boolean {
  return isOutside(LOOPBACK, address);
}

function isOutside(list: BlockList, address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isOutside(list, mapped);
  if (/^::ffff:/i.test(address)) return false;
  return !list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
