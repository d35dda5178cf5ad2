/** One measured number and what it may be. */
export interface Figure {
  name: string;
  figure: number;
  limit: number;
  unit: string;
  ok: boolean;
}

/** What each measurement is handed. */
export interface BenchOptions {
  /** Names a server; each measurement makes a database of its own there and removes it. */
  mongoUri: string;
  /** For temporary files; whoever started the measurements removes it, however they end. */
  folder: string;
  /** Less of everything: shows within a minute whether it runs; the limits are meant for the long form. */
  quick: boolean;
  /** One line about how far it is. */
  say(text: string): void;
}

/** A figure that must not exceed its limit. */
export function atMost(name: string, figure: number, limit: number, unit: string): Figure {
  return { name, figure: Number(figure.toFixed(3)), limit, unit, ok: figure <= limit };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
