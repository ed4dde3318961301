import type { HostContext } from 'dci-host';
import type { RecordStore } from 'dci-server';
import { type DemoEvent, type DemoEventKind, type DemoEventOptions, demoEvent } from '../demo-event.ts';
import { createDemoRegistries, type DemoRegistries } from '../registries.ts';

/** The demo's registries, opened beside the running host. */
export interface RegistriesBeside {
  /** Lets something happen; the host's change feed finds it within a second. */
  happen(kind: DemoEventKind, options?: DemoEventOptions): Promise<DemoEvent>;
  close(): Promise<void>;
}

/**
 * @param state - state of the demo host, whose registries are there
 * @returns the registries; each is opened at need
 */
export function registriesBeside(state: HostContext): RegistriesBeside {
  const registries = createDemoRegistries();
  const opened = new Map<string, RecordStore>();
  const noted: DemoRegistries = {
    options: registries.options,
    store: async (name, host) => {
      const store = await registries.store(name, host);
      opened.set(name, store);
      return store;
    },
  };
  return {
    happen: (kind, options) => demoEvent(kind, noted, state, options),
    close: async () => {
      for (const store of opened.values()) await store.close();
    },
  };
}
