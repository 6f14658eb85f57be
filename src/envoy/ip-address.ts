// Is this text an IP address that Envoy takes? Written out, as this folder uses nothing of the platform.

/** IPv4 in four decimal numbers without leading zeros; IPv6 without a zone. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/** Eight groups of hexadecimal digits; one run of zeros may be `::`, the last two groups may be an IPv4 address. */
function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const embedsIpv4 = last.includes('.');
  if (embedsIpv4 && (!isIpv4(last) || text.endsWith('::'))) return false;
  const hexadecimal = embedsIpv4 ? groups.slice(0, -1) : groups;
  const count = hexadecimal.length + (embedsIpv4 ? 2 : 0);
  const complete = halves.length === 2 ? count <= 7 : count === 8;
  return complete && hexadecimal.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
}
