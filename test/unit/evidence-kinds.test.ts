import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArtifactKind } from '../../contract/artifacts.ts';
import {
  EvidenceKind,
  LinkKind,
  ManifestPiece,
  PIECE_OF_EVIDENCE,
  PieceKind,
  type LinkFacts,
  type StoredLinkFacts,
} from '../../contract/evidence.ts';
import { ReviewPiece } from '../../contract/reviews.ts';
import { documentOf } from '../../contract/richText.ts';
import { sha256Hex } from '../../server/features/submissions/manifest.service.ts';
import {
  artifactsOf,
  textOf,
  toFrozenPiece,
  toManifestPiece,
  toReviewPiece,
} from '../../server/features/submissions/evidenceKinds.service.ts';

type Outgoing = Parameters<typeof toFrozenPiece>[0];
type FilePiece = Extract<Outgoing, { kind: 'artifact' }>;
type LinkPiece = Extract<Outgoing, { kind: 'link' }>;
type TextPiece = Exclude<Outgoing, FilePiece | LinkPiece>;

const named = {
  id: '00000000-0000-4000-8000-000000000001',
  title: 'A name',
  question: null,
  cycle: null,
  criteria: [],
};

const textSaying = (kind: TextPiece['kind'], text: string): TextPiece => ({
  ...named,
  kind,
  from: { document: documentOf(text), text },
});
const fileHolding = (kind: ArtifactKind, sha256: string): FilePiece => ({
  ...named,
  kind: 'artifact',
  from: { kind, mediaType: 'application/octet-stream', size: 9, sha256 },
});
const linkOf = (facts: StoredLinkFacts, kind?: LinkKind): LinkPiece => ({
  ...named,
  kind: 'link',
  from: { ...facts, kind },
});

/** A link of each kind with all that it may hold, and the same with other content. */
const LINKS: Readonly<Record<LinkKind, readonly [LinkFacts, LinkFacts]>> = {
  link: [{ url: 'https://example.org/x' }, { url: 'https://example.org/y' }],
};

/** One piece of each kind, as it goes into a submission, and the same with other content. */
const PIECES: Readonly<Record<PieceKind, readonly [Outgoing, Outgoing]>> = {
  reflection: [textSaying('reflection', 'So I did.'), textSaying('reflection', 'So I did not.')],
  change_note: [textSaying('change_note', 'More.'), textSaying('change_note', 'Less.')],
  artifact: [fileHolding('pdf', 'a'.repeat(64)), fileHolding('pdf', 'b'.repeat(64))],
  link: [linkOf(LINKS.link[0]), linkOf(LINKS.link[1])],
};

const FILE = { url: '/files/1', previewable: true };

describe.each(PieceKind.options)('a piece of kind %s', (kind) => {
  it('is frozen, listed for its author and shown to its reviewer, each in the shape of its kind', () => {
    const frozen = toFrozenPiece(PIECES[kind][0]);
    const listed = toManifestPiece(frozen);
    const shown = toReviewPiece(frozen, { file: FILE, earlierText: 'Before.' });

    expect(frozen.kind).toBe(kind);
    expect(frozen.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(ManifestPiece.parse(listed)).toEqual(listed);
    expect(ReviewPiece.parse(shown)).toEqual(shown);
  });

  it('has another fingerprint once it says or holds something else', () => {
    const [piece, other] = PIECES[kind];

    expect(toFrozenPiece(other).sha256).not.toBe(toFrozenPiece(piece).sha256);
  });

  it('that is no text says nothing of an earlier round, and one that is no file has none', () => {
    const frozen = toFrozenPiece(PIECES[kind][0]);

    const shown = toReviewPiece(frozen, { file: FILE, earlierText: 'Before.' });

    expect(shown.earlierText === null).toBe(textOf(frozen) === null);
    expect(shown.previewable).toBe(artifactsOf([frozen]).length > 0);
  });
});

describe('a file', () => {
  it.each(ArtifactKind.options)('that is a %s is a kind of evidence that a requirement may name', (kind) => {
    const { evidenceKind } = toFrozenPiece(fileHolding(kind, 'a'.repeat(64)));

    expect(PIECE_OF_EVIDENCE[EvidenceKind.parse(evidenceKind)]).toBe('artifact');
  });

  it('that is gone is shown without a link', () => {
    const shown = toReviewPiece(toFrozenPiece(PIECES.artifact[0]), { file: undefined, earlierText: null });

    expect(shown).toMatchObject({ url: null, previewable: false });
  });
});

describe.each(LinkKind.options)('a link of kind %s', (kind) => {
  it('is kept and shown with all that it holds, which its fingerprint covers', () => {
    const [facts, otherFacts] = LINKS[kind];

    const frozen = toFrozenPiece(linkOf(facts, kind));
    const shown = toReviewPiece(frozen, { file: undefined, earlierText: null });
    const other = toFrozenPiece(linkOf(otherFacts, kind));

    expect(frozen).toMatchObject({ ...facts, evidenceKind: kind });
    expect(shown).toMatchObject({ ...facts, evidenceKind: kind });
    expect(ReviewPiece.parse(shown)).toEqual(shown);
    expect(other.sha256).not.toBe(frozen.sha256);
  });
});

describe('a link that was stored before there were kinds', () => {
  it('is a plain link, with the fingerprint of its address', () => {
    const [facts] = LINKS.link;
    const frozen = toFrozenPiece(linkOf(facts));

    const shown = toReviewPiece({ ...frozen, evidenceKind: null }, { file: undefined, earlierText: null });

    expect(frozen.sha256).toBe(sha256Hex(facts.url));
    expect(shown).toMatchObject({ evidenceKind: 'link', url: facts.url });
  });
});

describe('a receipt', () => {
  it('calls a text by its question and all else by its name', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PieceKind.options),
        fc.string(),
        fc.string(),
        (kind, title, question) => {
          const frozen = { ...toFrozenPiece(PIECES[kind][0]), title, question };

          expect(toManifestPiece(frozen).title).toBe(title === '' ? question : title);
        },
      ),
    );
  });
});
