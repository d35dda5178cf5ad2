import type { OpensAfter } from '../../../../contract/rules.ts';
import { useOpensAfter } from './useOpensAfter.ts';
import type { OpensReader } from './useOpensAfter.ts';
import './opens.css';

interface OpensAfterTextProps {
  opensAfter: OpensAfter;
  reader: OpensReader;
  /** A sentence after it. */
  children?: string;
  className?: string;
}

function Parts({ parts }: { parts: readonly OpensAfter[] }) {
  const words = useOpensAfter();
  return (
    <ul className="wm-opens">
      {parts.map((one, index) => (
        // two may have the same title
        <li key={index}>
          <bdi>{words.part(one)}</bdi>
          {'of' in one && <Parts parts={one.of} />}
        </li>
      ))}
    </ul>
  );
}

/** What is missing before a module opens: a sentence, or a list where parts are made of others. */
export function OpensAfterText({ opensAfter, reader, children = '', className = '' }: OpensAfterTextProps) {
  const words = useOpensAfter();
  const sentence = words.sentence(opensAfter, reader);
  if (sentence !== null || !('of' in opensAfter)) {
    return (
      <p className={className}>
        {sentence} {children}
      </p>
    );
  }
  return (
    <div className={className}>
      <p>{words.beginning(opensAfter, reader)}</p>
      <Parts parts={opensAfter.of} />
      {children && <p>{children}</p>}
    </div>
  );
}
