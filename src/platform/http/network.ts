/**
 * The network that an internet address belongs to, for counting: the address itself in IPv4, the first 64 bits in IPv6,
 * of which one household has all the rest.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1);
  const [groups = ''] = address.split('::');
  return groups.split(':').slice(0, 4).join(':');
}
