import type { Api } from '../api/ApiProvider.tsx';

/** A register of the keepers of a page's session, by attempt; signing off ends them, so that nothing stays in memory. */
export function createKeepers<Keeper extends { stop(): void }>(): (api: Api) => Map<string, Keeper> {
  const keepers = new WeakMap<Api, Map<string, Keeper>>();
  return (api) => {
    const known = keepers.get(api);
    if (known) return known;
    const made = new Map<string, Keeper>();
    keepers.set(api, made);
    api.session.subscribe(() => {
      const state = api.session.state();
      if (state.status !== 'over' || state.why !== 'signedOff') return;
      for (const keeper of made.values()) keeper.stop();
      made.clear();
    });
    return made;
  };
}
