import { randomText } from './ids.ts';
import type { DeepLink, Launch } from './types.ts';

const KEPT = 5_000;

/** Launches and deep linking dialogues under way. */
export class Launches {
  #launches = new Map<string, Launch>();
  #deepLinks = new Map<string, DeepLink>();
  #registrationTokens = new Map<
    string,
    { used: boolean; expiresAt: number; clientId: string; toolId: string | null }
  >();

  open(input: Omit<Launch, 'hint' | 'used'>): Launch {
    const launch: Launch = { ...input, hint: randomText(12), used: false };
    this.#launches.set(launch.hint, launch);
    forgetOldest(this.#launches);
    return launch;
  }

  find(hint: string): Launch | null {
    return this.#launches.get(hint) ?? null;
  }

  openDeepLink(input: Pick<DeepLink, 'toolId' | 'personId' | 'courseId'>): DeepLink {
    const dialogue: DeepLink = {
      ...input,
      id: randomText(12),
      data: randomText(18),
      answered: false,
      items: [],
    };
    this.#deepLinks.set(dialogue.id, dialogue);
    forgetOldest(this.#deepLinks);
    return dialogue;
  }

  findDeepLink(id: string): DeepLink | null {
    return this.#deepLinks.get(id) ?? null;
  }

  /** Remembers the client id that a registration token stands for; it is good for one hour. */
  rememberRegistration(token: string, clientId: string): void {
    const expiresAt = Date.now() + 3_600_000;
    this.#registrationTokens.set(token, { used: false, expiresAt, clientId, toolId: null });
  }

  findRegistration(token: string) {
    return this.#registrationTokens.get(token) ?? null;
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= KEPT) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
