import ipaddr from 'ipaddr.js';

/**
 * The network that an internet address belongs to, for counting: the address itself in IPv4, the first 64 bits in IPv6,
 * of which one household has all the rest. However it is written, also IPv4 within IPv6 (RFC 4291 §2.2, §2.5.5.2).
 */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  // Shortened so, the library takes an address of all zeros before its IPv4 for one of IPv4.
  const known = ipaddr.IPv6.parse(address.replace(/^::(?=\d+\.)/, '0:0:0:0:0:0:'));
  if (known.isIPv4MappedAddress()) return known.toIPv4Address().toString();
  return known.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
