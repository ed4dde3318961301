import { isJsonObject, type JsonObject, type JsonValue, readJson } from 'dci-core';
import { definePlugin, jsonReply, type Plugin, readBody } from 'dci-host';

/** What a test asks a host of its own to do; the answer is JSON. */
export type Control = (command: JsonObject) => Promise<unknown>;

/**
 * A plug-in with which a test drives a host in another process: `POST /control`.
 *
 * @param run - does what a command says
 * @returns the plug-in
 */
export function control(run: Control): Plugin {
  return definePlugin({
    name: 'test-control',
    setup: () => ({
      rootRoutes: (router) => {
        router.post('/control', async (context) => {
          const { value } = readJson(await readBody(context));
          if (!isJsonObject(value)) throw new Error('a command is an object');
          try {
            return jsonReply(JSON.stringify({ result: (await run(value)) ?? null }));
          } catch (error) {
            const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown };
            return jsonReply(JSON.stringify({ error: { code, message, cause } }));
          }
        });
      },
    }),
  });
}

/** @returns the text member of a command */
export function textOf(command: JsonObject, name: string): string {
  const value: JsonValue | undefined = command[name];
  if (typeof value !== 'string') throw new Error(`${name} is no text`);
  return value;
}
