import './fingerprint.css';

/** "9f2c 41d0 … 08aa": enough to compare by eye. */
export function shortFingerprint(sha256: string): string {
  return `${sha256.slice(0, 4)} ${sha256.slice(4, 8)} … ${sha256.slice(-4)}`;
}

/**
 * A fingerprint: on the screen it is short, with the whole in its title; on paper, where there is nothing to hover, it is whole.
 */
export function Fingerprint({ sha256, title }: { sha256: string; title: string }) {
  return (
    <code className="wm-mono wm-fingerprint" title={title} data-whole={sha256}>
      <span>{shortFingerprint(sha256)}</span>
    </code>
  );
}
