import { z } from 'zod';
import { Bearer, ENTERED, SessionGrant, LaunchKey, sessionEndpoints } from '../../../contract/sessions.ts';
import type { TextStore } from '../storage/webStorage.ts';

/** The prefix of all endpoints of the contract. */
export const API_BASE = '/api/v1';

export type OverReason = 'expired' | 'absent' | 'signedOff';
export type SessionState =
  | { readonly status: 'live'; readonly bearer: string; readonly key: string }
  | { readonly status: 'over'; readonly why: OverReason };

interface SessionDeps {
  readonly fetch: typeof fetch;
  readonly store: TextStore;
}

const PREFIX = 'wm:session:';
/** Launches that somebody signed off here: their cookie may still exist if the server could not be told. */
const OFF_PREFIX = 'wm:signed-off:';

async function askForGrant(deps: SessionDeps, path: string, body: unknown): Promise<SessionGrant | null> {
  try {
    const response = await deps.fetch(`${API_BASE}${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
        // A form on another site cannot set a header: this is what makes the cookie safe to use.
        'x-waymark': '1',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) return null;
    const parsed = SessionGrant.safeParse(await response.json());
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function storedBearer(store: TextStore, key: string): string | null {
  const stored = Bearer.safeParse(store.get(PREFIX + key));
  return stored.success ? stored.data : null;
}

function forget(store: TextStore, current: SessionState, why: OverReason, untold: boolean): void {
  if (current.status === 'live') store.remove(PREFIX + current.key);
  if (why !== 'signedOff') return;
  for (const key of [...store.keys(PREFIX), ...store.keys(OFF_PREFIX)]) store.remove(key);
  if (untold && current.status === 'live') store.set(OFF_PREFIX + current.key, 'off');
}

/** Holds the bearer in memory, and in sessionStorage if that works. One per page. */
export class SessionHolder {
  readonly #deps: SessionDeps;
  readonly #listeners = new Set<() => void>();
  #current: SessionState = { status: 'over', why: 'absent' };
  #resuming: Promise<boolean> | null = null;
  #untold = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  readonly state = (): SessionState => this.#current;
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  grant(granted: SessionGrant): void {
    this.#deps.store.set(PREFIX + granted.key, granted.bearer);
    this.#move({ status: 'live', ...granted });
  }

  /** @param untold  the server has not heard of the sign-off: until then nothing here resumes the session */
  end(why: OverReason, untold = false): void {
    forget(this.#deps.store, this.#current, why, untold);
    this.#untold = untold;
    this.#move({ status: 'over', why });
  }

  /** Whether this was signed off here while the server could not be told yet. */
  untold(): boolean {
    return this.#untold;
  }

  /** Gets a fresh bearer by the launch's resume cookie. Concurrent calls share one request. @returns whether it worked */
  resume(key?: string): Promise<boolean> {
    const of = key ?? (this.#current.status === 'live' ? this.#current.key : null);
    if (of === null || this.#deps.store.get(OFF_PREFIX + of) !== null) return Promise.resolve(false);
    this.#resuming ??= this.#grantFrom(sessionEndpoints.resume.path, { key: of }).finally(() => {
      this.#resuming = null;
    });
    return this.#resuming;
  }

  /** Takes over a session by a one-time code. @returns whether it worked */
  redeem(code: string): Promise<boolean> {
    const key = keyOfPath(window.location.pathname);
    const replaces = key === null ? null : storedBearer(this.#deps.store, key);
    return this.#grantFrom(sessionEndpoints.redeem.path, { code, ...(replaces ? { replaces } : {}) });
  }

  /** The bearer that an earlier page of this launch left in sessionStorage. @returns whether there is one */
  restore(key: string): boolean {
    const bearer = storedBearer(this.#deps.store, key);
    if (bearer) this.#move({ status: 'live', bearer, key });
    return bearer !== null;
  }

  #move(next: SessionState): void {
    this.#current = next;
    for (const listener of this.#listeners) listener();
  }

  async #grantFrom(path: string, body: unknown): Promise<boolean> {
    const granted = await askForGrant(this.#deps, path, body);
    if (granted) this.grant(granted);
    return granted !== null;
  }
}

/** The launch key in `/app/:key/…`, or null. */
export function keyOfPath(path: string): string | null {
  const [, app, key] = path.split('/');
  return app === 'app' && LaunchKey.safeParse(key).success ? (key ?? null) : null;
}

/** What the launch's page contains for us: `<script type="application/json" id="waymark-session">`. */
const Handoff = z.object({ bearer: Bearer, key: LaunchKey, landing: z.string().regex(/^\/app\//) });

function readHandoff(): z.infer<typeof Handoff> | null {
  const element = document.getElementById('waymark-session');
  if (!element) return null;
  element.remove();
  try {
    return Handoff.parse(JSON.parse(element.textContent ?? ''));
  } catch {
    return null;
  }
}

/** A query without what the server's entry page added to it; unchanged if nothing was added. */
function withoutMark(search: string): string {
  const query = new URLSearchParams(search);
  if (!query.has(ENTERED)) return search;
  query.delete(ENTERED);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/**
 * Finds this page's session: passed on by the launch, else by the one-time code in the fragment (a window of its own), else from
 * sessionStorage, else by the resume cookie (a reload in a frame that has no storage). Leaves no bearer, no code and no mark of
 * the entry page in the URL: a tab restored with that mark would not be admitted automatically.
 */
export async function bootSession(session: SessionHolder): Promise<SessionState> {
  const handed = readHandoff();
  if (handed) {
    session.grant({ bearer: handed.bearer, key: handed.key });
    window.history.replaceState(null, '', handed.landing);
    return session.state();
  }

  const { pathname, hash } = window.location;
  const search = withoutMark(window.location.search);
  const key = keyOfPath(pathname);
  const code = new URLSearchParams(hash.slice(1)).get('code');
  if (code === null && search !== window.location.search) {
    window.history.replaceState(null, '', pathname + search + hash);
  }
  if (code !== null) {
    window.history.replaceState(null, '', pathname + search);
    if (await session.redeem(code)) {
      const state = session.state();
      if (state.status === 'live' && key !== null) {
        window.history.replaceState(null, '', pathname.replace(key, state.key) + search);
      }
      return state;
    }
  }
  if (key !== null && !session.restore(key)) await session.resume(key);
  return session.state();
}
