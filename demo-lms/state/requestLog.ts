import type { ServiceName } from './switches.ts';

/** One call of a tool to a service of this LMS. */
export interface LoggedRequest {
  at: Date;
  service: ServiceName | 'registration' | 'foreign-host';
  method: string;
  /** Path and query as they were sent. */
  url: string;
  headers: Record<string, string>;
  body: string;
  /** What was answered; 0 when the connection was dropped, null while it is under way. */
  status: number | null;
  /** The fault that struck, if one did. */
  fault: string | null;
}

const KEPT = 50_000;

/** The calls of one LMS, oldest first; the oldest fall out after 50,000. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT * 1.1) this.#entries = this.#entries.slice(-KEPT);
  }

  /** All that is kept, or the calls to one service. */
  list(service?: LoggedRequest['service']): LoggedRequest[] {
    return service ? this.#entries.filter((entry) => entry.service === service) : [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
