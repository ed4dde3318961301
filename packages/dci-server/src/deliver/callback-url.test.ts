import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callbackTarget, callbackUrl } from './callback-url.ts';

const base = 'https://mis.example.org';

describe('callbackUrl', () => {
  it.each([
    ['/callback', 'on-search', '/callback/on-search'],
    ['/callback/', 'on-search', '/callback/on-search'],
    ['', 'on-search', '/on-search'],
    ['/', 'notify', '/notify'],
    ['/callback', 'notify', '/callback/notify'],
    ['/callback', 'txn/on-status', '/callback/txn/on-status'],
    // it names the callback already
    ['/cb/on-search', 'on-search', '/cb/on-search'],
    ['/cb/on-search/', 'on-search', '/cb/on-search/'],
    ['/cb/txn/on-status', 'txn/on-status', '/cb/txn/on-status'],
    ['/on-search', 'on-search', '/on-search'],
    // it names another callback
    ['/cb/on-search', 'on-subscribe', '/cb/on-subscribe'],
    ['/cb/on-search/', 'on-subscribe', '/cb/on-subscribe'],
    ['/cb/on-search', 'txn/on-status', '/cb/txn/on-status'],
    ['/cb/txn/on-status', 'on-search', '/cb/on-search'],
    ['/cb/txn/on-status', 'notify', '/cb/notify'],
    ['/txn/on-status', 'notify', '/notify'],
    ['/cb/on-unsubscribe', 'notify', '/cb/notify'],
    ['/cb/notify', 'on-unsubscribe', '/cb/on-unsubscribe'],
    // it only looks so
    ['/cb/my-on-search', 'on-search', '/cb/my-on-search/on-search'],
    ['/cb/on-status', 'txn/on-status', '/cb/on-status/txn/on-status'],
    ['/notify/cb', 'notify', '/notify/cb/notify'],
    // queries stay
    ['/cb?tenant=a/on-search', 'on-search', '/cb/on-search?tenant=a/on-search'],
    ['/cb/on-search?tenant=a', 'on-search', '/cb/on-search?tenant=a'],
    ['/cb/on-search?tenant=a', 'notify', '/cb/notify?tenant=a'],
    ['/cb#part', 'notify', '/cb/notify'],
  ] as const)('of %s for %s is %s', (path, action, expected) => {
    expect(callbackUrl(base + path, action)).toBe(base + expected);
  });

  it('is none of what is no URL', () => {
    expect(callbackUrl('callback', 'notify')).toBeUndefined();
    expect(callbackUrl('', 'notify')).toBeUndefined();
  });

  it('keeps the host, and comes to the same when it is applied again', () => {
    const actions = ['on-search', 'on-subscribe', 'on-unsubscribe', 'txn/on-status', 'notify'] as const;
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.constantFrom(...actions), (text, action) => {
        const url = callbackUrl(text, action) ?? '';
        expect(new URL(url).host).toBe(new URL(text).host);
        expect(new URL(url).search).toBe(new URL(text).search);
        expect(callbackUrl(url, action)).toBe(url);
      }),
    );
  });
});

describe('callbackTarget', () => {
  it('is below the registered base, whatever the request says', () => {
    for (const callbackBase of [`${base}/cb`, `${base}/cb/`]) {
      const sender = { callbackBase, callbackHosts: ['other.example.org'] };
      expect(callbackTarget(sender, 'on-search', 'https://evil.example.org/on-search')).toEqual({
        url: `${base}/cb/on-search`,
      });
      expect(callbackTarget(sender, 'txn/on-status', undefined)).toEqual({ url: `${base}/cb/txn/on-status` });
    }
  });

  it.each([
    [undefined, undefined, { reason: 'no_address' }],
    ['', undefined, { reason: 'no_address' }],
    ['callback', undefined, { reason: 'url_forbidden' }],
    [`${base}/cb`, ['mis.example.org'], { url: `${base}/cb/notify` }],
    [`${base}:443/cb`, ['mis.example.org'], { url: `${base}/cb/notify` }],
    [`https://MIS.example.org/cb`, ['mis.example.org'], { url: `${base}/cb/notify` }],
    [`${base}:8443/cb`, ['mis.example.org:8443'], { url: `${base}:8443/cb/notify` }],
    [`${base}:8443/cb`, ['mis.example.org'], { reason: 'host_forbidden' }],
    ['https://evil.example.org/cb', ['mis.example.org'], { reason: 'host_forbidden' }],
    ['https://mis.example.org.evil.example.org/cb', ['mis.example.org'], { reason: 'host_forbidden' }],
    ['https://mis.example.org@evil.example.org/cb', ['mis.example.org'], { reason: 'host_forbidden' }],
  ] as const)('of %s with hosts %j', (senderUri, callbackHosts, expected) => {
    const sender = callbackHosts === undefined ? {} : { callbackHosts };
    expect(callbackTarget(sender, 'notify', senderUri)).toEqual(expected);
  });
});
