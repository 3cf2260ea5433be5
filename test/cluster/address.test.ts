import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, parseAddresses } from '../../lib/cluster/address.js';
import { ConfigError } from '../../lib/errors.js';

describe('parseAddress', () => {
  it.each([
    ['node7:5000', { host: 'node7', port: 5000 }],
    ['10.0.0.7:1', { host: '10.0.0.7', port: 1 }],
    [' gpu-3.cluster.example:65535 ', { host: 'gpu-3.cluster.example', port: 65_535 }],
    ['[fd00::7]:5000', { host: 'fd00::7', port: 5000 }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text, 'cluster')).toEqual(address);
    expect(formatAddress(address)).toBe(text.trim());
  });

  it('takes a port alone where a host is known', () => {
    expect(parseAddress('5000', '--listen', '0.0.0.0')).toEqual({ host: '0.0.0.0', port: 5000 });
  });

  it.each([
    '',
    '5000',
    ':5000',
    'node7',
    'node7:',
    'node7:0',
    'node7:65536',
    'node7:5e3',
    'fd00::7:5000',
  ])('refuses "%s"', (text) => {
    const read = () => parseAddress(text, 'cluster');
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(`cluster: expected host:port with a port from 1 to 65535, got "${text}"`);
  });

  it.each(['http://node7:5000', 'node7:5000/x', 'a b:5000', 'user@node7:5000'])(
    'refuses "%s" with a host too',
    (text) => {
      expect(() => parseAddress(text, '--listen', '0.0.0.0')).toThrow('expected [host:]port');
    },
  );
});

describe('parseAddresses', () => {
  it('refuses none, and one twice', () => {
    expect(() => parseAddresses([], 'cluster')).toThrow('expected at least one worker');
    expect(() => parseAddresses(['a:1', 'b:1', 'a:1'], 'cluster')).toThrow('got a:1 twice');
  });
});
