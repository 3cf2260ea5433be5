/** Where processes of a cluster are reached. */
import { isIPv6 } from 'node:net';
import { ConfigError } from '../errors.js';

/** A host, by name or number, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The largest port number. */
const MOST = 65_535;

/** `[host:]port`; a number of IPv6 stands in brackets. */
const FORM = /^(?:(\[[0-9a-f:.%a-z]+\]|[^\s:[\]/@]+):)?(\d{1,5})$/i;

/**
 * Reads `[HOST:]PORT`.
 *
 * @param what - what it is, for the error
 * @param host - where the text names none; if that is left out, it must
 * @throws {@link ConfigError} if the text is not an address
 */
export function parseAddress(text: string, what: string, host?: string): Address {
  const [, named = host, digits] = FORM.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (named === undefined || !(port >= 1 && port <= MOST)) {
    throw new ConfigError(
      `${what}: expected ${host === undefined ? 'host:port' : '[host:]port'} with a port from 1 to ${MOST}, ` +
        `got "${text}"; write it as node7:5000 or [fd00::7]:5000`,
    );
  }
  return { host: named.replace(/^\[(.*)\]$/, '$1'), port };
}

/** An address as it is typed. */
export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Reads addresses.
 *
 * @throws {@link ConfigError} if there is none, one is not an address, or two are the same
 */
export function parseAddresses(texts: readonly string[], what: string): readonly Address[] {
  const addresses = texts.map((text) => parseAddress(text, what));
  if (addresses.length === 0) {
    throw new ConfigError(`${what}: expected at least one worker as host:port, got none`);
  }
  const names = addresses.map(formatAddress);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ConfigError(`${what}: expected different workers, got ${twice} twice; name it once`);
  }
  return addresses;
}
