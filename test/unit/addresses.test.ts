import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ADDRESS_MAX, hostOf, isAddress, LinkHref, toAddress } from '../../contract/address.ts';
import { ADDRESSES } from '../support/addresses.ts';

describe('an address', () => {
  test.each(ADDRESSES)('%j becomes %j', (typed, address) => {
    expect(toAddress(typed)).toBe(address);
  });

  test('that came out is taken as it is, and comes out the same again', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          'http',
          's',
          ':',
          '//',
          '/',
          '?',
          '#',
          '@',
          '%',
          '%4',
          '[',
          ']',
          'example.org',
          ' ',
          '\\',
        ),
        fc.string({ unit: 'binary', maxLength: 4 }),
      ),
      { maxLength: 12 },
    );
    const input = fc.oneof(
      fc.string({ unit: 'binary' }),
      pieces.map((all) => `https://${all.join('')}`),
      pieces.map((all) => `https://example.org/${all.join('')}`),
    );

    fc.assert(
      fc.property(input, (text) => {
        const address = toAddress(text);
        if (address === null) return;
        expect(isAddress(address)).toBe(true);
        expect(LinkHref.parse(address)).toBe(address);
        expect(toAddress(address)).toBe(address);
        expect(address.length).toBeLessThanOrEqual(ADDRESS_MAX);
        expect(address).toMatch(/^(https?:\/\/|mailto:)/);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['https://example.org/x', 'example.org'],
    ['https://user@example.org:80', 'example.org'],
    ['mailto:a@example.org', ''],
    ['nowhere', null],
  ])('%s leads to the host %j', (address, host) => {
    expect(hostOf(address)).toBe(host);
  });
});
