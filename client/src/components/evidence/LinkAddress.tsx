import { useTranslation } from 'react-i18next';
import { toAddress } from '../../../../contract/address.ts';
import type { LinkFacts, LinkKind } from '../../../../contract/evidence.ts';
import { LINK_SENTENCES } from './evidenceKinds.tsx';

/** What belongs to a link besides its address, as a sentence; null if nothing does. */
export function useLinkSentence(): (kind: LinkKind, facts: LinkFacts) => string | null {
  const { t } = useTranslation();
  return (kind, facts) => LINK_SENTENCES[kind](facts, t);
}

/** Where a link leads, to follow, and what belongs to it. An address that nobody can follow is shown as it is. */
export function LinkAddress({ kind, facts }: { kind: LinkKind; facts: LinkFacts }) {
  const href = toAddress(facts.url);
  const sentence = useLinkSentence()(kind, facts);
  return (
    <>
      {href === null ? (
        facts.url
      ) : (
        <a className="wm-link wm-address" href={href} target="_blank" rel="noopener noreferrer nofollow">
          {href}
        </a>
      )}
      {sentence !== null && <span> {sentence}</span>}
    </>
  );
}
