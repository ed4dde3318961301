import { expect, it } from 'vitest';
import { dciClient } from './plugin.ts';

const handler = { name: 'births', onEvent: async (): Promise<void> => undefined };

it('the plug-in takes handlers with its options, each name once', () => {
  const client = dciClient({ handlers: [handler] });
  expect(() => client.handle({ name: 'deaths' })).not.toThrow();
  expect(() => client.handle(handler)).toThrow('two handlers have the name births');
  expect(() => dciClient({ handlers: [handler, handler] })).toThrow('two handlers have the name births');
});
