import type { MailConnection } from './smtp.ts';

type Sender = Pick<MailConnection, 'send' | 'quit'>;

/**
 * The connections of one run. More mails are prepared and concluded at a time than there are connections, so that no connection waits
 * for the database.
 */
export class MailConnections {
  /** The one used last comes first: a few mails open few. */
  readonly #idle: Sender[];
  readonly #waiting: ((connection: Sender | null) => void)[] = [];
  #isOver = false;

  constructor(count: number, connect: () => Sender) {
    this.#idle = Array.from({ length: count }, connect);
  }

  /** Lends a connection to some work, once one is free. @returns null if the run is over: the work has not begun */
  async use<T>(work: (connection: Sender) => Promise<T>): Promise<T | null> {
    if (this.#isOver) return null;
    const connection = this.#idle.pop() ?? (await this.#next());
    if (!connection) return null;
    try {
      return await work(connection);
    } finally {
      this.#giveBack(connection);
    }
  }

  /** Work that waits does not begin; what has begun goes on. */
  end(): void {
    this.#isOver = true;
    for (const resolve of this.#waiting.splice(0)) resolve(null);
    for (const connection of this.#idle) connection.quit();
  }

  #next(): Promise<Sender | null> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(connection: Sender): void {
    const next = this.#waiting.shift();
    if (next) {
      next(connection);
      return;
    }
    this.#idle.push(connection);
    if (this.#isOver) connection.quit();
  }
}
