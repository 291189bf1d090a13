// Whether an address is one of the public internet: not this machine, not a local network, not a special range. Links
// and endpoints that tenants name must lead to such addresses only.

import { type LookupAddress, lookup as resolve } from 'node:dns'
import { BlockList, isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net'

const SPECIAL_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]
/** What is public in IPv6 lies within 2000::/3; these parts of it do not count. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const special = new BlockList()
for (const range of SPECIAL_V4) add(range, 'ipv4')
for (const range of SPECIAL_V6) add(range, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  // An IPv4 address in IPv6's clothes is none of 2000::/3, and so refused.
  return isIPv6(address) && global.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

export const NOT_PUBLIC = 'EPRIVATE'

/**
 * For connecting: the name is resolved once, every address is looked at, and the connection goes to one that was looked
 * at. Fails with the code NOT_PUBLIC. Addresses that are written out are not looked up by Node: see `isRefusedHost`.
 */
export const onlyPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const all = addresses as LookupAddress[] | undefined
    if (error || !all) return callback(error, '', 4)
    const [first] = all
    if (!first || !all.every(one => isPublic(one.address))) {
      return callback(Object.assign(new Error('The address is not public.'), { code: NOT_PUBLIC }), '', 4)
    }
    if (options.all) callback(null, all)
    else callback(null, first.address, first.family)
  })
}

/** Whether the host of a URL is seen not to be public without asking DNS: an address that is not, or a local name. */
export function isRefusedHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host)) return !isPublic(host)
  return /(^|\.)(localhost|local|internal)\.?$/i.test(host)
}

function add(range: string, family: 'ipv4' | 'ipv6'): void {
  const [network = '', bits = ''] = range.split('/')
  special.addSubnet(network, Number(bits), family)
}
