import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readEmbedHosts, toEmbedPage } from '../../contract/embeds.ts';

const HOSTS = ['www.youtube-nocookie.com', 'player.vimeo.com', 'example.org'];
const YOUTUBE = 'https://www.youtube-nocookie.com/embed/abcdefghijk';

describe('what is framed for an address', () => {
  test.each([
    ['https://www.youtube.com/watch?v=abcdefghijk', YOUTUBE],
    ['https://www.youtube.com/watch?list=x&v=abcdefghijk&t=3', YOUTUBE],
    ['https://youtu.be/abcdefghijk?si=x', YOUTUBE],
    ['https://www.youtube.com/embed/abcdefghijk', YOUTUBE],
    ['https://vimeo.com/76979871', 'https://player.vimeo.com/video/76979871'],
    ['https://example.org/page?a=1#b', 'https://example.org/page?a=1#b'],
  ])('%s is %s', (url, address) => {
    expect(toEmbedPage(url, HOSTS)?.address).toBe(address);
  });

  test.each([
    'http://example.org/',
    'https://example.org.evil.test/',
    'https://example.org@evil.test/',
    'https://example.org:8443/',
    'https://evil.test/?example.org',
    'https://sub.example.org/',
    'javascript:alert(1)',
    'https://example.org/"><script>',
    "https://example.org/; frame-src *'",
    '',
  ])('%s is none', (url) => {
    expect(toEmbedPage(url, HOSTS)).toBeNull();
  });

  test('is always a page of an allowed host, for whatever is written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string().map((text) => `https://example.org${text}`),
        ),
        (url) => {
          const page = toEmbedPage(url, HOSTS);

          if (page === null) return;
          const { protocol, host, username } = new URL(page.address);
          expect([protocol, username]).toEqual(['https:', '']);
          expect(HOSTS).toContain(host);
          expect(page.host).toBe(host);
        },
      ),
    );
  });
});

describe('the list of hosts', () => {
  test.each([
    ['', []],
    ['player.vimeo.com', ['player.vimeo.com']],
    ['player.vimeo.com,  example.org', ['player.vimeo.com', 'example.org']],
    ['https://example.org', null],
    ['*.example.org', null],
    ["example.org; script-src 'none'", null],
    ['localhost', null],
  ])('%j is read as %j', (text, hosts) => {
    expect(readEmbedHosts(text)).toEqual(hosts);
  });
});
