import { randomText } from './ids.ts';
import type { DeepLink, Launch } from './types.ts';

const KEPT = 5_000;

export interface RegistrationToken {
  used: boolean;
  expiresAt: number;
  /** The client id to be; null: the token changes a tool that is there, as often as it likes. */
  clientId: string | null;
  /** The tool that came of it, or that it changes. */
  toolId: string | null;
}

/** Launches and deep linking dialogues under way. */
export class Launches {
  #launches = new Map<string, Launch>();
  #deepLinks = new Map<string, DeepLink>();
  #registrations = new Map<string, RegistrationToken>();

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

  /** Remembers what a registration token is good for; it lives for one hour. */
  rememberRegistration(token: string, purpose: { clientId: string } | { updates: string }): void {
    const toolId = 'updates' in purpose ? purpose.updates : null;
    const clientId = 'clientId' in purpose ? purpose.clientId : null;
    this.#registrations.set(token, { used: false, expiresAt: Date.now() + 3_600_000, clientId, toolId });
  }

  findRegistration(token: string): RegistrationToken | null {
    return this.#registrations.get(token) ?? null;
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= KEPT) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
